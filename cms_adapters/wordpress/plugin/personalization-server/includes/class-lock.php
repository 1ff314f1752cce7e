<?php
/**
 * A lock that holds across processes: a row of the options table, whose name can be there once.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Taken, released, and taken over from whoever died holding it.
 */
final class Lock {

	const LEASE = 30;
	const TRIES = 40;
	const PAUSE = 50000;

	/**
	 * Do something while nobody else does it; null where the lock could not be had in two seconds.
	 *
	 * @param string   $name What is locked, at most 150 characters.
	 * @param callable $act  What is to be done; it returns something else than null.
	 * @return mixed
	 */
	public static function during( $name, callable $act ) {
		$option = 'pzsrv_lock_' . $name;
		for ( $try = 0; $try < self::TRIES; $try++ ) {
			$mine = self::take( $option );
			if ( null !== $mine ) {
				try {
					return $act();
				} finally {
					self::release( $option, $mine );
				}
			}
			usleep( self::PAUSE );
		}
		return null;
	}

	/**
	 * Return what names our hold of the lock, or null.
	 *
	 * @param string $option The row's name.
	 * @return string|null
	 */
	private static function take( $option ) {
		global $wpdb;
		$mine = ( time() + self::LEASE ) . '.' . wp_generate_password( 12, false );
		$sql  = "INSERT IGNORE INTO {$wpdb->options} (option_name, option_value, autoload) VALUES (%s, %s, 'no') /* LOCK */";
		if ( $wpdb->query( $wpdb->prepare( $sql, $option, $mine ) ) ) { // phpcs:ignore -- a lock cannot be cached.
			return $mine;
		}
		$held = $wpdb->get_var( $wpdb->prepare( "SELECT option_value FROM {$wpdb->options} WHERE option_name = %s", $option ) ); // phpcs:ignore
		if ( null !== $held && (int) $held < time() ) {
			self::release( $option, $held );
		}
		return null;
	}

	/**
	 * Give up exactly this hold.
	 *
	 * @param string $option The row's name.
	 * @param string $mine   What names the hold.
	 * @return void
	 */
	private static function release( $option, $mine ) {
		global $wpdb;
		$wpdb->delete( $wpdb->options, array( 'option_name' => $option, 'option_value' => $mine ) ); // phpcs:ignore
	}
}
