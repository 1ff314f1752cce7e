<?php
/**
 * Finds our classes: PersonalizationServer\Slot_Markup is includes/class-slot-markup.php.
 *
 * @package PersonalizationServer
 */

defined( 'ABSPATH' ) || exit;

spl_autoload_register(
	static function ( $name ) {
		$prefix = 'PersonalizationServer\\';
		if ( 0 !== strpos( $name, $prefix ) ) {
			return;
		}
		$file = strtolower( str_replace( '_', '-', substr( $name, strlen( $prefix ) ) ) );
		$path = __DIR__ . '/class-' . $file . '.php';
		if ( is_file( $path ) ) {
			require_once $path;
		}
	}
);
