<?php
/**
 * Standard Webhooks 1.0: signs what leaves and checks what comes. Knows nothing of WordPress.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Signatures over id, timestamp and raw body, by HMAC-SHA256.
 */
final class Standard_Webhooks {

	const PREFIX    = 'whsec_';
	const TOLERANCE = 300;
	const SHORTEST  = 16;
	const LONGEST   = 64;

	/**
	 * Return the key a secret stands for, or null where it is none.
	 *
	 * @param string $secret The prefix whsec_ and base64 of its bytes.
	 * @return string|null
	 */
	public static function key( $secret ) {
		if ( 0 !== strpos( (string) $secret, self::PREFIX ) ) {
			return null;
		}
		$key  = base64_decode( substr( $secret, strlen( self::PREFIX ) ), true ); // phpcs:ignore -- the standard's notation.
		$size = false === $key ? 0 : strlen( $key );
		return $size >= self::SHORTEST && $size <= self::LONGEST ? $key : null;
	}

	/**
	 * Return the three headers of a delivery.
	 *
	 * @param string   $id      The message's id, the same on every attempt.
	 * @param int      $at      Seconds since 1970.
	 * @param string   $body    The raw body.
	 * @param string[] $secrets Each of them signs, while one is being replaced.
	 * @return array<string,string>
	 */
	public static function headers( $id, $at, $body, array $secrets ) {
		$signatures = array();
		foreach ( $secrets as $secret ) {
			$signatures[] = self::signature( $id, (string) $at, $body, (string) self::key( $secret ) );
		}
		return array(
			'webhook-id'        => $id,
			'webhook-timestamp' => (string) $at,
			'webhook-signature' => implode( ' ', $signatures ),
		);
	}

	/**
	 * Return what is wrong with a delivery, or an empty text.
	 *
	 * @param string   $id        The header webhook-id.
	 * @param string   $timestamp The header webhook-timestamp.
	 * @param string   $given     The header webhook-signature.
	 * @param string   $body      The raw body.
	 * @param string[] $secrets   The secrets that count now.
	 * @param int      $now       Seconds since 1970.
	 * @return string unsigned, stale or signature
	 */
	public static function fault( $id, $timestamp, $given, $body, array $secrets, $now ) {
		if ( '' === $id || '' === $given || ! preg_match( '/\A[0-9]{1,12}\z/', $timestamp ) ) {
			return 'unsigned';
		}
		if ( abs( $now - (int) $timestamp ) > self::TOLERANCE ) {
			return 'stale';
		}
		$right = false;
		foreach ( $secrets as $secret ) {
			$key = self::key( $secret );
			if ( null === $key ) {
				continue;
			}
			$wanted = self::signature( $id, $timestamp, $body, $key );
			foreach ( explode( ' ', $given ) as $one ) {
				$right = hash_equals( $wanted, $one ) || $right;
			}
		}
		return $right ? '' : 'signature';
	}

	/**
	 * Return one signature.
	 *
	 * @param string $id   The message's id.
	 * @param string $at   Seconds since 1970, as they are written.
	 * @param string $body The raw body.
	 * @param string $key  The secret's bytes.
	 * @return string
	 */
	private static function signature( $id, $at, $body, $key ) {
		$hash = hash_hmac( 'sha256', $id . '.' . $at . '.' . $body, $key, true );
		return 'v1,' . base64_encode( $hash ); // phpcs:ignore -- the standard's notation.
	}
}
