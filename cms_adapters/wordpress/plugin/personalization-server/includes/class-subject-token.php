<?php
/**
 * Subject tokens: for a quarter of an hour a page may speak for a known user. Knows nothing of WordPress.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Signs with the site's signing secret, as docs/protocol.md says.
 */
final class Subject_Token {

	const LASTS = 900;

	/**
	 * Return a token.
	 *
	 * @param string $secret The site's signing secret.
	 * @param string $site   The site's slug on the server.
	 * @param string $user   The user's id there.
	 * @param int    $now    Seconds since 1970.
	 * @return string
	 */
	public static function mint( $secret, $site, $user, $now ) {
		$body   = array(
			'site'  => $site,
			'sub'   => $user,
			'scope' => array(),
			'exp'   => ( $now + self::LASTS ) * 1000000,
		);
		$signed = 'pt_' . self::text( (string) json_encode( $body ) ); // phpcs:ignore -- no WordPress here.
		return $signed . '.' . self::text( hash_hmac( 'sha256', $signed, $secret, true ) );
	}

	/**
	 * Return base64url without padding.
	 *
	 * @param string $raw Bytes.
	 * @return string
	 */
	private static function text( $raw ) {
		return rtrim( strtr( base64_encode( $raw ), '+/', '-_' ), '=' ); // phpcs:ignore -- the protocol's notation.
	}
}
