<?php
/**
 * Which segments a user is in, whatever the order the news came in. Knows nothing of WordPress.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * For each segment the newest word and its sequence: the same words in any order, and any of them
 * twice, end in the same ledger.
 */
final class Segment_Ledger {

	const MOST  = 500;
	const FLOOR = '*';

	/**
	 * Return the ledger with one word more; unchanged where a newer word is there.
	 *
	 * @param array<string,array{0:int,1:bool}> $ledger   Sequence and membership by segment.
	 * @param string                            $segment  The segment.
	 * @param int                               $sequence Grows with every move of the user.
	 * @param bool                              $entered  Whether the user entered or left.
	 * @return array<string,array{0:int,1:bool}>
	 */
	public static function told( array $ledger, $segment, $sequence, $entered ) {
		if ( isset( $ledger[ self::FLOOR ] ) && $sequence <= $ledger[ self::FLOOR ][0] ) {
			return $ledger;
		}
		$before = isset( $ledger[ $segment ] ) ? $ledger[ $segment ] : null;
		// Of two words about the same instant, having left is the safe one.
		$newer = null === $before || $sequence > $before[0] || ( $sequence === $before[0] && $before[1] && ! $entered );
		if ( $newer ) {
			$ledger[ $segment ] = array( $sequence, $entered );
		}
		return self::bounded( $ledger );
	}

	/**
	 * Return the ledger of somebody who took a yes back: what was said up to then is gone for good.
	 *
	 * @param array<string,array{0:int,1:bool}> $ledger   Sequence and membership by segment.
	 * @param int                               $sequence When it was taken back.
	 * @return array<string,array{0:int,1:bool}>
	 */
	public static function forgotten( array $ledger, $sequence ) {
		$floor = isset( $ledger[ self::FLOOR ] ) ? max( $ledger[ self::FLOOR ][0], $sequence ) : $sequence;
		foreach ( $ledger as $segment => $word ) {
			if ( self::FLOOR !== $segment && $word[0] <= $floor ) {
				unset( $ledger[ $segment ] );
			}
		}
		$ledger[ self::FLOOR ] = array( $floor, false );
		return $ledger;
	}

	/**
	 * Return the segments the user is in, by name.
	 *
	 * @param array<string,array{0:int,1:bool}> $ledger Sequence and membership by segment.
	 * @return string[]
	 */
	public static function segments( array $ledger ) {
		$held = array();
		foreach ( $ledger as $segment => $word ) {
			if ( $word[1] ) {
				$held[] = (string) $segment;
			}
		}
		sort( $held, SORT_STRING );
		return $held;
	}

	/**
	 * Forget the segments that were left the longest ago where there are too many.
	 *
	 * @param array<string,array{0:int,1:bool}> $ledger Sequence and membership by segment.
	 * @return array<string,array{0:int,1:bool}>
	 */
	private static function bounded( array $ledger ) {
		if ( count( $ledger ) <= self::MOST ) {
			return $ledger;
		}
		uasort(
			$ledger,
			static function ( $a, $b ) {
				return array( $b[1], $b[0] ) <=> array( $a[1], $a[0] );
			}
		);
		$floor = array_intersect_key( $ledger, array( self::FLOOR => true ) );
		return $floor + array_slice( $ledger, 0, self::MOST - count( $floor ), true );
	}
}
