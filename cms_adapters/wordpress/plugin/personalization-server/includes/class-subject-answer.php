<?php
/**
 * The token by which a page may speak for the visitor who is logged in; asked for by the page, never part of it.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * POST admin-ajax.php?action=pzsrv_token.
 */
final class Subject_Answer {

	const ACTION = 'pzsrv_token';

	/**
	 * Listen: a visitor who is not logged in gets WordPress's own plain no.
	 *
	 * @return void
	 */
	public static function listen() {
		add_action( 'wp_ajax_' . self::ACTION, array( __CLASS__, 'answer' ) );
	}

	/**
	 * Answer with a token. It only reads, and no other origin may read the answer: no nonce is needed,
	 * and a nonce would make the page differ between visitors.
	 *
	 * @return void
	 */
	public static function answer() {
		nocache_headers();
		$secret = Options::get( 'signing' );
		$site   = Options::get( 'site' );
		if ( '' === Options::get( 'identify' ) || '' === $secret || '' === $site ) {
			wp_send_json( array( 'token' => null ), 404 );
		}
		$user = (string) apply_filters( 'pzsrv_user_id', (string) get_current_user_id(), get_current_user_id() );
		wp_send_json( array( 'token' => Subject_Token::mint( $secret, $site, $user, time() ) ) );
	}
}
