<?php
/**
 * Which of a message's slots are news. Knows nothing of WordPress.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * The highest generation seen of each slot: an older message, or the same again, changes nothing.
 *
 * It is kept by slot, as one publish tells of its slots in several messages, which may overtake each other.
 */
final class Generation_Guard {

	const ALL  = '*';
	const MOST = 500;

	/**
	 * Return what is to be remembered, and the slots that are news.
	 *
	 * @param array<string,int> $seen       The generation of each slot so far.
	 * @param int               $generation The message's.
	 * @param string[]          $slots      The message's; none stands for all.
	 * @return array{0:array<string,int>,1:string[]}
	 */
	public static function admit( array $seen, $generation, array $slots ) {
		$news  = array();
		$floor = isset( $seen[ self::ALL ] ) ? $seen[ self::ALL ] : 0;
		foreach ( $slots ? $slots : array( self::ALL ) as $slot ) {
			$before = isset( $seen[ $slot ] ) ? max( $seen[ $slot ], $floor ) : $floor;
			if ( $generation > $before ) {
				$seen[ $slot ] = $generation;
				$news[]        = $slot;
			}
		}
		if ( array( self::ALL ) === $news ) {
			$seen = array_filter(
				$seen,
				static function ( $one ) use ( $generation ) {
					return $one >= $generation;
				}
			);
		}
		return array( self::bounded( $seen ), $news );
	}

	/**
	 * Return the highest generation of all.
	 *
	 * @param array<string,int> $seen The generation of each slot.
	 * @return int
	 */
	public static function highest( array $seen ) {
		return $seen ? max( $seen ) : 0;
	}

	/**
	 * Forget the oldest where there are too many: what is forgotten counts as news once more.
	 *
	 * @param array<string,int> $seen The generation of each slot.
	 * @return array<string,int>
	 */
	private static function bounded( array $seen ) {
		if ( count( $seen ) > self::MOST ) {
			arsort( $seen );
			$seen = array_slice( $seen, 0, self::MOST, true );
		}
		return $seen;
	}
}
