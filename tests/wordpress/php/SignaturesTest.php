<?php
/**
 * The shared vectors of Standard Webhooks.
 */

use PersonalizationServer\Standard_Webhooks;
use PHPUnit\Framework\TestCase;

final class SignaturesTest extends TestCase {

	public static function cases() {
		$told = json_decode( file_get_contents( __DIR__ . '/../../vectors/signatures.json' ), true );
		foreach ( $told['cases'] as $case ) {
			yield $case['description'] => array( $case );
		}
	}

	/** @dataProvider cases */
	public function test_a_receiver_says_what_the_vector_says( $case ) {
		$fault = Standard_Webhooks::fault( $case['id'], $case['timestamp'], $case['signature'], $case['body'], $case['secrets'], $case['now'] );
		$this->assertSame( $case['fault'], $fault );
	}

	public function test_what_we_sign_every_secret_verifies() {
		$secrets = array( 'whsec_' . base64_encode( str_repeat( 'a', 24 ) ), 'whsec_' . base64_encode( str_repeat( 'b', 64 ) ) );
		$told    = Standard_Webhooks::headers( 'msg_1', 1000, '{}', $secrets );
		foreach ( $secrets as $secret ) {
			$fault = Standard_Webhooks::fault( $told['webhook-id'], $told['webhook-timestamp'], $told['webhook-signature'], '{}', array( $secret ), 1000 );
			$this->assertSame( '', $fault );
		}
	}

	public function test_a_secret_has_a_size_and_a_prefix() {
		foreach ( array( 15 => false, 16 => true, 64 => true, 65 => false ) as $size => $sound ) {
			$key = Standard_Webhooks::key( 'whsec_' . base64_encode( str_repeat( 'k', $size ) ) );
			$this->assertSame( $sound, null !== $key, "$size bytes" );
		}
		$this->assertNull( Standard_Webhooks::key( base64_encode( str_repeat( 'k', 24 ) ) ) );
	}

	public function test_a_secret_that_is_none_signs_nothing() {
		$told = Standard_Webhooks::headers( 'msg_1', 1000, '{}', array( 'whsec_' . base64_encode( '' ) ) );
		foreach ( array( 'whsec_', 'whsec_AAAA', '', 'secret' ) as $secret ) {
			$fault = Standard_Webhooks::fault( 'msg_1', '1000', $told['webhook-signature'], '{}', array( $secret ), 1000 );
			$this->assertSame( 'signature', $fault );
		}
	}
}
