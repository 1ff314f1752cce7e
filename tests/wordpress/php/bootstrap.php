<?php
/**
 * The plugin's classes that know nothing of WordPress, and nothing else.
 */

define( 'ABSPATH', __DIR__ );
require __DIR__ . '/../../../cms_adapters/wordpress/plugin/personalization-server/includes/autoload.php';
