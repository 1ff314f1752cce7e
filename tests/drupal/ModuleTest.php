<?php
/**
 * The module's pure classes, and the shared vectors of Standard Webhooks.
 */

use Drupal\personalization\Change;
use Drupal\personalization\GenerationGuard;
use Drupal\personalization\Message;
use Drupal\personalization\Part;
use Drupal\personalization\SlotElement;
use Drupal\personalization\StandardWebhooks;
use PHPUnit\Framework\TestCase;

final class ModuleTest extends TestCase {

	const SITE = array( 'server' => 'https://pz.example.org/', 'key' => 'pk_1', 'consent' => 'ask' );

	public static function cases() {
		$told = json_decode( file_get_contents( __DIR__ . '/../vectors/signatures.json' ), true );
		foreach ( $told['cases'] as $case ) {
			yield $case['description'] => array( $case );
		}
	}

	/** @dataProvider cases */
	public function test_a_receiver_says_what_the_vector_says( $case ) {
		$fault = StandardWebhooks::fault( $case['id'], $case['timestamp'], $case['signature'], $case['body'], $case['secrets'], $case['now'] );
		$this->assertSame( $case['fault'], $fault );
	}

	public function test_a_slot_is_the_same_for_everybody_and_says_what_it_depends_on() {
		$built = SlotElement::build( 'home.hero', array( '#markup' => 'x' ), true, self::SITE, '/modules/personalization/js/personalize.js' );
		$this->assertSame( array( 'data-personalize-slot' => 'home.hero', 'data-pz-pending' => true ), $built['#attributes'] );
		$this->assertSame( array( 'config:personalization.settings', 'pz_slots', 'pz_slot:home.hero' ), $built['#cache']['tags'] );
		$this->assertArrayNotHasKey( 'contexts', $built['#cache'] );
		$this->assertArrayNotHasKey( 'max-age', $built['#cache'] );
		$this->assertSame( 'https://pz.example.org', $built['#attached']['html_head'][0][0]['#attributes']['data-personalize-host'] );
	}

	public function test_what_cannot_be_decided_is_the_fallback_alone() {
		$fallback = array( '#markup' => 'x' );
		foreach ( array( array( 'a b', self::SITE ), array( 'home.hero', array( 'key' => '' ) + self::SITE ), array( '', self::SITE ) ) as list( $slot, $site ) ) {
			$built = SlotElement::build( $slot, $fallback, true, $site, '/x.js' );
			$this->assertSame( array( 'fallback' => $fallback, '#cache' => array( 'tags' => array( 'config:personalization.settings' ) ) ), $built );
		}
	}

	public function test_the_tags_of_a_message_are_those_of_its_slots() {
		$this->assertSame( array( 'pz_slot:a', 'pz_slot:b' ), GenerationGuard::tags( array( 'a', 'b' ) ) );
		$this->assertSame( array( 'pz_slots' ), GenerationGuard::tags( array( GenerationGuard::ALL ) ) );
	}

	public function test_nothing_old_is_news_whatever_overtook_it() {
		list( $seen, $news ) = GenerationGuard::admit( array(), 6, array( 'a' ) );
		$this->assertSame( array( 'a' ), $news );
		$this->assertSame( array(), GenerationGuard::admit( $seen, 6, array( 'a' ) )[1] );
		$this->assertSame( array( 'b' ), GenerationGuard::admit( $seen, 5, array( 'a', 'b' ) )[1] );
		list( $seen ) = GenerationGuard::admit( $seen, 9, array() );
		$this->assertSame( array(), GenerationGuard::admit( $seen, 8, array( 'c' ) )[1] );
	}

	public function test_a_save_is_told_where_readers_can_tell_the_difference() {
		$this->assertSame( Change::PUBLISHED, Change::type( false, true ) );
		$this->assertSame( Change::PUBLISHED, Change::type( true, true ) );
		$this->assertSame( Change::UNPUBLISHED, Change::type( true, false ) );
		$this->assertNull( Change::type( false, false ) );
	}

	public function test_a_version_grows_with_every_save() {
		$this->assertGreaterThan( Change::version( 100, 7 ), Change::version( 100, 8 ) );
		$this->assertGreaterThan( Change::version( 100, 999999 ), Change::version( 101, 1 ) );
	}

	public function test_a_message_is_thin_and_keeps_its_id() {
		$told = Message::about( '0b7d4c1e-0000-4000-8000-000000000000', Change::PUBLISHED, '12', 'article', 'de', 1795240800 );
		$this->assertSame( 'msg_0b7d4c1e000040008000000000000000', $told['id'] );
		$said = json_decode( $told['body'], true );
		$this->assertSame( 'content.published', $said['type'] );
		$this->assertSame( '2026-11-21T06:00:00Z', $said['timestamp'] );
		$this->assertSame( array( 'id' => '12', 'kind' => 'node.article', 'locale' => 'de' ), $said['data'] );
		$this->assertSame( array( 'done', 'later', 'drop', 'later' ), array_map( array( Message::class, 'verdict' ), array( 202, 503, 410, 302 ) ) );
	}

	public function test_a_part_is_bounded_and_nonsense_is_refused() {
		$this->assertSame( array( 0, 100 ), array( Part::asked( '', '' )->after, Part::asked( '', '9999' )->limit ) );
		$this->assertSame( array( 12, 1 ), array( Part::asked( '12', '0' )->after, Part::asked( '12', '0' )->limit ) );
		foreach ( array( '-1', '1 OR 1', 'x', '9999999999999999999' ) as $cursor ) {
			$this->assertNull( Part::asked( $cursor, '' ) );
		}
	}
}
