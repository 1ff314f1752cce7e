<?php
/**
 * Plugin Name:       Personalization Server
 * Description:       Slots whose content follows the visitor, on pages that stay cacheable and always have their fallback.
 * Version:           0.1.0
 * Requires at least: 6.1
 * Requires PHP:      7.4
 * License:           BSD-3-Clause
 * License URI:       https://opensource.org/license/bsd-3-clause
 * Text Domain:       personalization-server
 * Domain Path:       /languages
 *
 * @package PersonalizationServer
 */

defined( 'ABSPATH' ) || exit;

define( 'PZSRV_VERSION', '0.1.0' );
define( 'PZSRV_FILE', __FILE__ );
define( 'PZSRV_DIR', __DIR__ );

require_once PZSRV_DIR . '/includes/autoload.php';
require_once PZSRV_DIR . '/includes/functions.php';

register_activation_hook( __FILE__, array( 'PersonalizationServer\\Plugin', 'activate' ) );
register_deactivation_hook( __FILE__, array( 'PersonalizationServer\\Plugin', 'deactivate' ) );
add_action( 'plugins_loaded', array( 'PersonalizationServer\\Plugin', 'boot' ) );
