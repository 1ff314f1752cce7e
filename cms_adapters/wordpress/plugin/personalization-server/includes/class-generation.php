<?php
/**
 * The generation of what the server decides: part of every transient's name, so that a new one forgets the old.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Keeps what the guard remembers.
 */
final class Generation {

	const OPTION = 'pzsrv_generation';

	/**
	 * Return the newest generation the server told of.
	 *
	 * @return int
	 */
	public static function now() {
		return Generation_Guard::highest( self::seen() );
	}

	/**
	 * Return the slots of a message that are news, and remember them; null where the lock was not to be had.
	 *
	 * @param int      $generation The message's.
	 * @param string[] $slots      The message's.
	 * @return string[]|null
	 */
	public static function admit( $generation, array $slots ) {
		return Lock::during(
			'generation',
			static function () use ( $generation, $slots ) {
				wp_cache_delete( self::OPTION, 'options' );
				list( $seen, $news ) = Generation_Guard::admit( self::seen(), $generation, $slots );
				update_option( self::OPTION, $seen, false );
				return $news;
			}
		);
	}

	/**
	 * Forget everything: another server counts anew.
	 *
	 * @return void
	 */
	public static function reset() {
		update_option( self::OPTION, array(), false );
	}

	/**
	 * Return the name of a transient that holds what was true in the present generation.
	 *
	 * @param string $what What it holds.
	 * @return string
	 */
	public static function key( $what ) {
		return 'pzsrv_' . self::now() . '_' . md5( Options::server() . ' ' . $what );
	}

	/**
	 * Return what is remembered.
	 *
	 * @return array<string,int>
	 */
	private static function seen() {
		$kept = get_option( self::OPTION, array() );
		return is_array( $kept ) ? array_map( 'intval', $kept ) : array();
	}
}
