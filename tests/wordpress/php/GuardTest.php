<?php
/**
 * The guard: nothing old brings an older state back, whatever overtook it.
 */

use PersonalizationServer\Generation_Guard;
use PHPUnit\Framework\TestCase;

final class GuardTest extends TestCase {

	public function test_the_same_and_the_older_are_no_news() {
		list( $seen, $news ) = Generation_Guard::admit( array(), 5, array( 'a' ) );
		$this->assertSame( array( 'a' ), $news );
		$this->assertSame( array(), Generation_Guard::admit( $seen, 5, array( 'a' ) )[1] );
		$this->assertSame( array(), Generation_Guard::admit( $seen, 4, array( 'a' ) )[1] );
		$this->assertSame( array( 'a' ), Generation_Guard::admit( $seen, 6, array( 'a' ) )[1] );
	}

	public function test_an_older_message_about_another_slot_is_news_still() {
		list( $seen ) = Generation_Guard::admit( array(), 6, array( 'a' ) );
		$this->assertSame( array( 'b' ), Generation_Guard::admit( $seen, 5, array( 'a', 'b' ) )[1] );
	}

	public function test_a_message_without_slots_is_about_all() {
		list( $seen, $news ) = Generation_Guard::admit( array( 'a' => 3, 'b' => 9 ), 7, array() );
		$this->assertSame( array( Generation_Guard::ALL ), $news );
		$this->assertSame( array( 'b' => 9, Generation_Guard::ALL => 7 ), $seen );
		$this->assertSame( array(), Generation_Guard::admit( $seen, 7, array( 'a', 'c' ) )[1] );
		$this->assertSame( 9, Generation_Guard::highest( $seen ) );
		$this->assertSame( 0, Generation_Guard::highest( array() ) );
	}

	public function test_it_remembers_so_many_slots_and_no_more() {
		$seen = array();
		for ( $n = 1; $n <= Generation_Guard::MOST + 20; $n++ ) {
			list( $seen ) = Generation_Guard::admit( $seen, $n, array( "slot-$n" ) );
		}
		$this->assertCount( Generation_Guard::MOST, $seen );
		$this->assertArrayNotHasKey( 'slot-1', $seen );
	}
}
