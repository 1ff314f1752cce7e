<?php
/**
 * When to try again. Knows nothing of WordPress.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * The pauses of Standard Webhooks, three days in all, and what a receiver's status means.
 */
final class Backoff {

	const PAUSES = array( 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400 );
	const LATEST = 86400;

	/**
	 * Return what an answer means: done, gone, or again.
	 *
	 * @param int $status The status, or 0 where there was no answer.
	 * @return string
	 */
	public static function verdict( $status ) {
		if ( $status >= 200 && $status < 300 ) {
			return 'done';
		}
		return 410 === $status ? 'gone' : 'again';
	}

	/**
	 * Return the seconds until the next attempt, or null after the last one.
	 *
	 * @param int    $attempts    How often it was tried.
	 * @param string $retry_after The header, where it is a number of seconds.
	 * @return int|null
	 */
	public static function pause( $attempts, $retry_after = '' ) {
		if ( $attempts > count( self::PAUSES ) ) {
			return null;
		}
		$asked = ctype_digit( $retry_after ) ? min( (int) $retry_after, self::LATEST ) : 0;
		return max( self::PAUSES[ max( 1, $attempts ) - 1 ], $asked );
	}
}
