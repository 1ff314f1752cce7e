<?php
/**
 * Leaves nothing behind: options, transients, meta and planned runs, on every site of a network.
 *
 * @package PersonalizationServer
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

/**
 * Clear one site.
 *
 * @return void
 */
function pzsrv_uninstall_site() {
	global $wpdb;
	foreach ( array( 'pzsrv_', '_transient_pzsrv_', '_transient_timeout_pzsrv_' ) as $prefix ) {
		$like  = $wpdb->esc_like( $prefix ) . '%';
		$names = $wpdb->get_col( $wpdb->prepare( "SELECT option_name FROM {$wpdb->options} WHERE option_name LIKE %s", $like ) ); // phpcs:ignore
		array_map( 'delete_option', $names );
	}
	delete_post_meta_by_key( '_pzsrv_slots' );
	foreach ( array( 'pzsrv_send', 'pzsrv_sweep', 'pzsrv_purge_posts', 'pzsrv_email_hashes' ) as $hook ) {
		wp_unschedule_hook( $hook );
	}
}

if ( is_multisite() ) {
	foreach ( get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) as $pzsrv_site ) { // phpcs:ignore
		switch_to_blog( $pzsrv_site );
		pzsrv_uninstall_site();
		restore_current_blog();
	}
} else {
	pzsrv_uninstall_site();
}
foreach ( array( 'pz_segments', '_pzsrv_ledger', '_pzsrv_email_sha256' ) as $pzsrv_meta ) {
	delete_metadata( 'user', 0, $pzsrv_meta, '', true );
}
