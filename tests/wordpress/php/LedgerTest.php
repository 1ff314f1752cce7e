<?php
/**
 * The ledger of a user's segments: any order of the same words, and any of them twice, end alike.
 */

use PersonalizationServer\Segment_Ledger;
use PHPUnit\Framework\TestCase;

final class LedgerTest extends TestCase {

	private static function told( array $words ) {
		$ledger = array();
		foreach ( $words as list( $segment, $sequence, $entered ) ) {
			$ledger = Segment_Ledger::told( $ledger, $segment, $sequence, $entered );
		}
		return $ledger;
	}

	public function test_the_newest_word_wins() {
		$ledger = self::told( array( array( 'vip', 5, true ), array( 'vip', 3, false ) ) );
		$this->assertSame( array( 'vip' ), Segment_Ledger::segments( $ledger ) );
		$ledger = Segment_Ledger::told( $ledger, 'vip', 7, false );
		$this->assertSame( array(), Segment_Ledger::segments( $ledger ) );
	}

	public function test_of_two_words_of_one_instant_leaving_wins() {
		foreach ( array( array( true, false ), array( false, true ) ) as list( $one, $other ) ) {
			$ledger = self::told( array( array( 'vip', 5, $one ), array( 'vip', 5, $other ) ) );
			$this->assertSame( array(), Segment_Ledger::segments( $ledger ) );
		}
	}

	public function test_every_order_of_the_same_words_ends_alike() {
		mt_srand( 20261121 );
		for ( $round = 0; $round < 300; $round++ ) {
			$words = array();
			for ( $count = mt_rand( 1, 30 ); $count > 0; $count-- ) {
				$words[] = array( 'segment-' . mt_rand( 1, 4 ), mt_rand( 1, 12 ), 1 === mt_rand( 0, 1 ) );
			}
			$wanted = self::naive( $words );
			for ( $order = 0; $order < 5; $order++ ) {
				shuffle( $words );
				$twice = array_merge( $words, array_slice( $words, 0, mt_rand( 0, count( $words ) ) ) );
				$this->assertSame( $wanted, Segment_Ledger::segments( self::told( $twice ) ) );
			}
		}
	}

	/** The latest word of each segment; where two are of one instant, having left. */
	private static function naive( array $words ) {
		$held = array();
		foreach ( array_unique( array_column( $words, 0 ) ) as $segment ) {
			$own  = array_filter( $words, static function ( $word ) use ( $segment ) {
				return $word[0] === $segment;
			} );
			$last = max( array_column( $own, 1 ) );
			$left = array_filter( $own, static function ( $word ) use ( $last ) {
				return $word[1] === $last && ! $word[2];
			} );
			if ( ! $left ) {
				$held[] = $segment;
			}
		}
		sort( $held, SORT_STRING );
		return $held;
	}

	public function test_what_was_left_the_longest_ago_is_forgotten_first() {
		$ledger = array();
		for ( $n = 1; $n <= Segment_Ledger::MOST; $n++ ) {
			$ledger = Segment_Ledger::told( $ledger, "s$n", $n, 1 !== $n && 2 !== $n );
		}
		$ledger = Segment_Ledger::told( $ledger, 'new', 9999, true );
		$this->assertCount( Segment_Ledger::MOST, $ledger );
		$this->assertArrayNotHasKey( 's1', $ledger );
		$this->assertArrayHasKey( 's2', $ledger );
		$this->assertArrayHasKey( 'new', $ledger );
	}

	public function test_who_took_a_yes_back_stays_forgotten_whatever_comes_late() {
		$ledger = self::told( array( array( 'vip', 5, true ), array( 'shoes', 9, true ) ) );
		$ledger = Segment_Ledger::forgotten( $ledger, 7 );
		$this->assertSame( array( 'shoes' ), Segment_Ledger::segments( $ledger ) );
		$ledger = Segment_Ledger::told( $ledger, 'vip', 6, true );
		$this->assertSame( array( 'shoes' ), Segment_Ledger::segments( $ledger ) );
		$ledger = Segment_Ledger::told( $ledger, 'vip', 8, true );
		$this->assertSame( array( 'shoes', 'vip' ), Segment_Ledger::segments( $ledger ) );
		$this->assertSame( $ledger, Segment_Ledger::forgotten( $ledger, 3 ) );
	}

	public function test_a_segment_may_be_called_by_a_number() {
		$this->assertSame( array( '12' ), Segment_Ledger::segments( self::told( array( array( '12', 1, true ) ) ) ) );
	}
}
