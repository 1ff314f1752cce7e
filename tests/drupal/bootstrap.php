<?php
/**
 * The module's classes that know nothing of Drupal, and nothing else.
 */

spl_autoload_register( static function ( $name ) {
	$prefix = 'Drupal\\personalization\\';
	if ( 0 === strpos( $name, $prefix ) ) {
		$path = __DIR__ . '/../../cms_adapters/drupal/module/personalization/src/' . str_replace( '\\', '/', substr( $name, strlen( $prefix ) ) ) . '.php';
		if ( is_file( $path ) ) {
			require $path;
		}
	}
} );
