<?php
/**
 * The server's messages to us: signed, fresh, and only what is newer than what was told before.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * POST /wp-json/pzsrv/v1/hook.
 */
final class Hook_Route {

	const LARGEST = 65536;
	const SEEN    = 345600;

	/**
	 * Listen.
	 *
	 * @return void
	 */
	public static function listen() {
		add_action( 'rest_api_init', array( __CLASS__, 'register' ) );
	}

	/**
	 * Register the route; whoever has the secret may call it.
	 *
	 * @return void
	 */
	public static function register() {
		register_rest_route(
			Slots_Route::SPACE,
			'/hook',
			array(
				'methods'             => 'POST',
				'callback'            => array( __CLASS__, 'answer' ),
				'permission_callback' => array( __CLASS__, 'verify' ),
			)
		);
	}

	/**
	 * Check the signature over the raw bytes, before anything is read of them.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return true|\WP_Error
	 */
	public static function verify( $request ) {
		$secrets = Options::incoming();
		if ( ! $secrets ) {
			return self::no( 'pzsrv_no_secret', 'no secret is set here', 503 );
		}
		if ( strlen( $request->get_body() ) > self::LARGEST ) {
			return self::no( 'pzsrv_too_large', 'expected at most 64 KB', 413 );
		}
		$fault = Standard_Webhooks::fault(
			(string) $request->get_header( 'webhook-id' ),
			(string) $request->get_header( 'webhook-timestamp' ),
			(string) $request->get_header( 'webhook-signature' ),
			$request->get_body(),
			$secrets,
			time()
		);
		return '' === $fault ? true : self::no( 'pzsrv_' . $fault, 'the signature is missing, not right, or not fresh', 401 );
	}

	/**
	 * Do what a message says, once.
	 *
	 * @param \WP_REST_Request $request The request, verified.
	 * @return \WP_REST_Response|\WP_Error
	 */
	public static function answer( $request ) {
		$told = json_decode( $request->get_body(), true );
		if ( ! is_array( $told ) || ! isset( $told['type'] ) || ! is_string( $told['type'] ) ) {
			return self::no( 'pzsrv_malformed', 'expected a type and data', 400 );
		}
		$seen = 'pzsrv_seen_' . md5( (string) $request->get_header( 'webhook-id' ) );
		if ( get_transient( $seen ) ) {
			return self::yes( 'duplicate' );
		}
		$data    = isset( $told['data'] ) && is_array( $told['data'] ) ? $told['data'] : array();
		$outcome = self::act( $told['type'], $data );
		if ( is_wp_error( $outcome ) ) {
			return $outcome;
		}
		// Kept after it was done: a crash before this line means it is done once more, which changes nothing.
		set_transient( $seen, 1, self::SEEN );
		return self::yes( $outcome );
	}

	/**
	 * Do what a message says, and return what came of it.
	 *
	 * @param string              $type The message's type.
	 * @param array<string,mixed> $data What it says.
	 * @return string|\WP_Error
	 */
	private static function act( $type, array $data ) {
		if ( in_array( $type, Profile_Writer::TYPES, true ) ) {
			return Profile_Writer::write( $type, $data );
		}
		if ( ! isset( $data['generation'] ) || ! is_int( $data['generation'] ) ) {
			return 'ignored';
		}
		$slots = isset( $data['slots'] ) && is_array( $data['slots'] ) ? $data['slots'] : array();
		$slots = array_values( array_filter( $slots, array( Slot_Markup::class, 'is_key' ) ) );
		$news  = Generation::admit( $data['generation'], $slots );
		if ( null === $news ) {
			return self::busy();
		}
		if ( $news ) {
			Purge::later( $news );
		}
		return $news ? 'done' : 'stale';
	}

	/**
	 * Ask the sender to come again.
	 *
	 * @return \WP_Error
	 */
	public static function busy() {
		return self::no( 'pzsrv_busy', 'somebody else is at it; come again', 503 );
	}

	/**
	 * Answer with what came of it.
	 *
	 * @param string $outcome done, duplicate, stale, ignored or unknown_user.
	 * @return \WP_REST_Response
	 */
	private static function yes( $outcome ) {
		return new \WP_REST_Response( array( 'outcome' => $outcome ), 200 );
	}

	/**
	 * Refuse.
	 *
	 * @param string $code   A word.
	 * @param string $words  A sentence for the log of the sender.
	 * @param int    $status The status.
	 * @return \WP_Error
	 */
	private static function no( $code, $words, $status ) {
		return new \WP_Error( $code, $words, array( 'status' => $status ) );
	}
}
