<?php
/**
 * Gives the demo's site its settings, its administrator and its page: php furnish.php SITE INSTALLER.
 */

$site = $argv[1];
$told = json_decode( file_get_contents( getenv( 'DEMO_TOLD' ) ), true );
$set  = array(
	'server'  => $told['url'],
	'key'     => $told['publishable_key'],
	'consent' => 'granted',
);
if ( ! is_file( $site . '/wp-content/database/.ht.sqlite' ) ) {
	$wanted = array(
		'url'      => getenv( 'DEMO_URL' ),
		'title'    => 'Lantern',
		'user'     => 'editor',
		'password' => getenv( 'DEMO_PASSWORD' ),
		'settings' => $set,
		'secrets'  => array( 'secret_key' => $told['secret_key'] ),
	);
	$pipes  = array();
	$child  = proc_open( array( PHP_BINARY, $argv[2], $site ), array( array( 'pipe', 'r' ), STDOUT, STDERR ), $pipes );
	fwrite( $pipes[0], json_encode( $wanted ) );
	fclose( $pipes[0] );
	if ( 0 !== proc_close( $child ) ) {
		exit( 1 );
	}
}

define( 'WP_HOME', getenv( 'DEMO_URL' ) );
define( 'WP_SITEURL', WP_HOME );
set_error_handler( // The constants above win over those the first start wrote down: the port may be another.
	static function ( $level, $words ) {
		return false !== strpos( $words, 'already defined' );
	}
);
require $site . '/wp-load.php';
restore_error_handler();
$config = file_get_contents( $site . '/wp-config.php' );
foreach ( array( 'WP_HOME', 'WP_SITEURL' ) as $name ) {
	$config = preg_replace( "/define\\( '$name', '[^']*' \\);/", "define( '$name', '" . getenv( 'DEMO_URL' ) . "' );", $config );
}
file_put_contents( $site . '/wp-config.php', $config );
update_option( 'pzsrv_settings', $set + (array) get_option( 'pzsrv_settings' ) );
update_option( 'pzsrv_secrets', array( 'secret_key' => $told['secret_key'] ) + (array) get_option( 'pzsrv_secrets' ), false );
$editor = get_user_by( 'login', 'editor' );
if ( ! wp_check_password( getenv( 'DEMO_PASSWORD' ), $editor->user_pass, $editor->ID ) ) {
	wp_set_password( getenv( 'DEMO_PASSWORD' ), $editor->ID );
}
if ( get_page_by_path( 'lantern' ) ) {
	exit( 0 );
}

$shoe    = "{product_id:'ridge-boot',category:'shoes',price:149}";
$buttons = array(
	'Look at a shoe'          => 'Product Viewed',
	'Put it into the cart'    => 'Product Added',
	'Buy it'                  => 'Product Bought',
);
$html    = '';
foreach ( $buttons as $label => $event ) {
	$html .= sprintf( '<button type="button" class="wp-element-button" onclick="(window.pz=window.pz||[]).push([\'track\',\'%s\',%s])">%s</button> ', $event, $shoe, $label );
}
$content = '<!-- wp:personalization-server/slot {"slot":"home.hero"} --><!-- wp:paragraph --><p>Leave the lights behind: what everybody may see.</p><!-- /wp:paragraph --><!-- /wp:personalization-server/slot -->'
	. '<!-- wp:paragraph --><p>Look at the shoe three times, then put it into the cart: what stands above changes while you watch. Buy it, and it changes back.</p><!-- /wp:paragraph -->'
	. '<!-- wp:html --><p>' . $html . '</p><!-- /wp:html -->';
kses_remove_filters();
$page = wp_insert_post(
	array(
		'post_type'    => 'page',
		'post_status'  => 'publish',
		'post_title'   => 'Lantern',
		'post_name'    => 'lantern',
		'post_content' => wp_slash( $content ),
		'post_author'  => $editor->ID,
	)
);
update_option( 'show_on_front', 'page' );
update_option( 'page_on_front', $page );
