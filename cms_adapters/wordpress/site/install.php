<?php
/**
 * Makes a site of a WordPress in a folder: SQLite, one administrator, our plugin. For demos and tests only.
 *
 * php install.php FOLDER < {"url": ..., "title": ..., "user": ..., "password": ..., "constants": {...}, "settings": {...}, "secrets": {...}}
 *
 * Prints {"version": ..., "application_password": ...}.
 */

$folder = realpath( $argv[1] );
$told   = json_decode( stream_get_contents( STDIN ), true );
$lines  = array( '<?php' );
$define = array(
	'DB_DIR'              => $folder . '/wp-content/database/',
	'DB_FILE'             => '.ht.sqlite',
	'DB_NAME'             => 'wordpress',
	'DB_USER'             => '',
	'DB_PASSWORD'         => '',
	'DB_HOST'             => '',
	'WP_HOME'             => $told['url'],
	'WP_SITEURL'          => $told['url'],
	'WP_ENVIRONMENT_TYPE' => 'local',
	'WP_HTTP_BLOCK_EXTERNAL' => true,
	'WP_ACCESSIBLE_HOSTS' => '127.0.0.1,localhost',
	'AUTOMATIC_UPDATER_DISABLED' => true,
	'PZSRV_ALLOW_LOCAL'   => true,
) + array();
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $kind ) {
	$define[ $kind . '_KEY' ]  = bin2hex( random_bytes( 32 ) );
	$define[ $kind . '_SALT' ] = bin2hex( random_bytes( 32 ) );
}
foreach ( array_merge( $define, $told['constants'] ?? array() ) as $name => $value ) {
	$lines[] = sprintf( 'define( %s, %s );', var_export( $name, true ), var_export( $value, true ) );
}
$lines[] = '$table_prefix = "wp_";';
$lines[] = "defined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );";
$lines[] = "require_once ABSPATH . 'wp-settings.php';";
file_put_contents( $folder . '/wp-config.php', implode( "\n", $lines ) . "\n" );
chmod( $folder . '/wp-config.php', 0600 );

$_SERVER['HTTP_HOST']       = parse_url( $told['url'], PHP_URL_HOST ) . ':' . parse_url( $told['url'], PHP_URL_PORT );
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_URI']     = '/';
$_SERVER['REQUEST_METHOD']  = 'GET';
define( 'WP_INSTALLING', true );
require_once $folder . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
add_filter( 'pre_wp_mail', '__return_true' );

wp_install( $told['title'], $told['user'], $told['user'] . '@example.org', true, '', $told['password'] );
update_option( 'permalink_structure', '/%postname%/' );
foreach ( array( 'pzsrv_settings' => 'settings', 'pzsrv_secrets' => 'secrets' ) as $option => $part ) {
	if ( ! empty( $told[ $part ] ) ) {
		add_option( $option, $told[ $part ], '', 'settings' === $part ? 'yes' : 'no' );
	}
}
$fault = activate_plugin( 'personalization-server/personalization-server.php' );
if ( is_wp_error( $fault ) ) {
	fwrite( STDERR, $fault->get_error_message() . "\n" );
	exit( 1 );
}
$admin = get_user_by( 'login', $told['user'] );
// The editor greets newcomers with a window over the page.
update_user_meta( $admin->ID, $GLOBALS['wpdb']->get_blog_prefix() . 'persisted_preferences', array(
	'core/edit-post' => array( 'welcomeGuide' => false, 'fullscreenMode' => false ),
	'core'           => array( 'enableChoosePatternModal' => false ),
	'_modified'      => gmdate( 'c' ),
) );
$made = WP_Application_Passwords::create_new_application_password( $admin->ID, array( 'name' => 'personalization server' ) );
flush_rewrite_rules( false );
echo json_encode( array(
	'version'              => get_bloginfo( 'version' ),
	'user_id'              => $admin->ID,
	'application_password' => is_wp_error( $made ) ? '' : $made[0],
) ), "\n";
