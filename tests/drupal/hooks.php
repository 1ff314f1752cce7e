<?php
/**
 * What the module's hooks tell of a node with translations, with stand-ins for Drupal's own classes.
 */

namespace Drupal\Core\Entity {
	interface EntityInterface {}
}

namespace Drupal\node {
	interface NodeInterface extends \Drupal\Core\Entity\EntityInterface {}
}

namespace {
	require __DIR__ . '/bootstrap.php';

	/** A node: which of its translations are published, and which of them is in hand. */
	final class Node implements \Drupal\node\NodeInterface {
		public ?Node $original = null;
		public function __construct( private array $languages, private string $here ) {}
		public function id() { return 7; }
		public function bundle() { return 'article'; }
		public function isDefaultRevision() { return true; }
		public function isPublished() { return $this->languages[ $this->here ]; }
		public function hasTranslation( string $one ) { return isset( $this->languages[ $one ] ); }
		public function getTranslation( string $one ) { return new Node( $this->languages, $one ); }
		public function language() {
			return new class( $this->here ) {
				public function __construct( private string $id ) {}
				public function getId() { return $this->id; }
			};
		}
	}

	/** Keeps what is told. */
	final class Drupal {
		public static array $told = array();
		public static function service( string $name ) {
			return new class() {
				public function put( string ...$words ): void { Drupal::$told[] = $words; }
			};
		}
	}

	require __DIR__ . '/../../cms_adapters/drupal/module/personalization/personalization.module';
	$saved = static function ( array $before, array $after, string $here ): void {
		$node = new Node( $after, $here );
		// Drupal hands over what was there before in its first language.
		$node->original = new Node( $before, array_key_first( $before ) );
		personalization_entity_update( $node );
	};
	$saved( array( 'en' => false, 'de' => true ), array( 'en' => false, 'de' => false ), 'de' );
	$saved( array( 'en' => true ), array( 'en' => true, 'de' => false ), 'de' );
	personalization_entity_translation_delete( new Node( array( 'en' => true, 'de' => true ), 'de' ) );
	personalization_entity_delete( new Node( array( 'en' => true, 'de' => true ), 'en' ) );
	echo json_encode( Drupal::$told );
}
