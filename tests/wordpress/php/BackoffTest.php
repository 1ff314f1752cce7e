<?php
/**
 * When a message is tried again, and when no more.
 */

use PersonalizationServer\Backoff;
use PHPUnit\Framework\TestCase;

final class BackoffTest extends TestCase {

	public function test_only_a_2xx_is_a_yes_and_only_410_a_never() {
		$told = array( 200 => 'done', 202 => 'done', 299 => 'done', 302 => 'again', 0 => 'again', 401 => 'again', 410 => 'gone', 503 => 'again' );
		foreach ( $told as $status => $verdict ) {
			$this->assertSame( $verdict, Backoff::verdict( $status ), (string) $status );
		}
	}

	public function test_ten_attempts_in_three_days() {
		$pauses = array_map( array( Backoff::class, 'pause' ), range( 1, 10 ) );
		$this->assertSame( array_merge( Backoff::PAUSES, array( null ) ), $pauses );
	}

	public function test_the_receiver_may_say_when_but_not_never() {
		$this->assertSame( 60, Backoff::pause( 1, '60' ) );
		$this->assertSame( 300, Backoff::pause( 2, '60' ) );
		$this->assertSame( Backoff::LATEST, Backoff::pause( 1, '99999999' ) );
		$this->assertSame( 5, Backoff::pause( 1, 'Wed, 21 Oct 2026 07:28:00 GMT' ) );
		$this->assertSame( 5, Backoff::pause( 1, '-3' ) );
	}
}
