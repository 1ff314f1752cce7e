<?php
/**
 * Puts the parts together: each of them listens to WordPress for itself.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * The plugin's beginning and its end.
 */
final class Plugin {

	/**
	 * Let every part listen.
	 *
	 * @return void
	 */
	public static function boot() {
		add_action( 'init', array( __CLASS__, 'translate' ), 1 );
		foreach ( array( Block::class, Shortcode::class, Page_Script::class, Consent::class ) as $part ) {
			$part::listen();
		}
		foreach ( array( Hook_Route::class, Slots_Route::class, Subject_Answer::class ) as $part ) {
			$part::listen();
		}
		foreach ( array( Post_Watch::class, Outbox::class, Purge::class, Email_Hashes::class ) as $part ) {
			$part::listen();
		}
		foreach ( array( Settings_Page::class, Site_Health::class, Privacy::class ) as $part ) {
			$part::listen();
		}
	}

	/**
	 * Load our texts; from a folder of ours, as the plugin does not come from wordpress.org.
	 *
	 * @return void
	 */
	public static function translate() {
		load_plugin_textdomain( 'personalization-server', false, basename( PZSRV_DIR ) . '/languages' );
	}

	/**
	 * Make the options that must not be loaded with every page.
	 *
	 * @return void
	 */
	public static function activate() {
		add_option( Options::PLAIN, array() );
		add_option( Options::SECRET, array(), '', 'no' );
		add_option( Generation::OPTION, array(), '', 'no' );
		if ( ! wp_next_scheduled( Outbox::SWEEP ) ) {
			wp_schedule_event( time() + HOUR_IN_SECONDS, 'hourly', Outbox::SWEEP );
		}
		wp_schedule_single_event( time(), Email_Hashes::HOOK );
	}

	/**
	 * Stop what would go on by itself; what was set stays.
	 *
	 * @return void
	 */
	public static function deactivate() {
		foreach ( array( Outbox::SWEEP, Outbox::SEND, Purge::HOOK, Email_Hashes::HOOK ) as $hook ) {
			wp_unschedule_hook( $hook );
		}
	}
}
