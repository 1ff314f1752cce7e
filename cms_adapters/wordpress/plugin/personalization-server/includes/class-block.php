<?php
/**
 * The block: what is put into it is what everybody sees until the server decides.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Registers the block from its folder, with the newest API this WordPress knows.
 */
final class Block {

	const NAME = 'personalization-server/slot';

	/**
	 * Listen.
	 *
	 * @return void
	 */
	public static function listen() {
		add_action( 'init', array( __CLASS__, 'register' ) );
	}

	/**
	 * Register the block.
	 *
	 * @return void
	 */
	public static function register() {
		// API 3 came with 6.3, and 6.9 warns of anything older.
		$newest = version_compare( get_bloginfo( 'version' ), '6.3', '>=' ) ? 3 : 2;
		$block  = register_block_type( PZSRV_DIR . '/block', array( 'api_version' => $newest ) );
		foreach ( $block ? $block->editor_script_handles : array() as $handle ) {
			wp_set_script_translations( $handle, 'personalization-server', PZSRV_DIR . '/languages' );
		}
	}
}
