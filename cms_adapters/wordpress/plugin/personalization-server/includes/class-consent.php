<?php
/**
 * The WP Consent API: what the visitor told the site's consent banner is told to the page's script.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Works in the browser, so that the page stays the same for everybody.
 */
final class Consent {

	const HANDLE = 'pzsrv-consent';

	/**
	 * Listen.
	 *
	 * @return void
	 */
	public static function listen() {
		add_filter( 'wp_consent_api_registered_' . plugin_basename( PZSRV_FILE ), '__return_true' );
		add_action( 'wp_footer', array( __CLASS__, 'bridge' ), 1 );
	}

	/**
	 * Print the bridge where a slot was printed and the WP Consent API is there.
	 *
	 * @return void
	 */
	public static function bridge() {
		if ( ! function_exists( 'wp_has_consent' ) || ! wp_script_is( Page_Script::HANDLE, 'enqueued' ) ) {
			return;
		}
		$before = wp_script_is( 'wp-consent-api', 'registered' ) ? array( 'wp-consent-api' ) : array();
		wp_enqueue_script( self::HANDLE, plugins_url( 'assets/consent.js', PZSRV_FILE ), $before, PZSRV_VERSION, true );
	}
}
