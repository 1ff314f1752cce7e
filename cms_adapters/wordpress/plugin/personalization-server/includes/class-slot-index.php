<?php
/**
 * Which slots a text holds, by blocks and by shortcodes.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Reads the text as it is stored.
 */
final class Slot_Index {

	/**
	 * Return the keys of the slots in a text, each once.
	 *
	 * @param string $content Blocks and shortcodes.
	 * @return string[]
	 */
	public static function of( $content ) {
		$found = array();
		if ( has_block( Block::NAME, $content ) ) {
			self::collect( parse_blocks( $content ), $found );
		}
		if ( has_shortcode( $content, Shortcode::TAG ) ) {
			preg_match_all( '/' . get_shortcode_regex( array( Shortcode::TAG ) ) . '/', $content, $tags );
			foreach ( $tags[3] as $words ) {
				$told    = shortcode_parse_atts( $words );
				$found[] = is_array( $told ) && isset( $told['slot'] ) ? $told['slot'] : '';
			}
		}
		return array_values( array_unique( array_filter( $found, array( Slot_Markup::class, 'is_key' ) ) ) );
	}

	/**
	 * Collect the slots of blocks, and of the blocks in them.
	 *
	 * @param array[]  $blocks Parsed blocks.
	 * @param string[] $found  The keys so far.
	 * @return void
	 */
	private static function collect( array $blocks, array &$found ) {
		foreach ( $blocks as $block ) {
			if ( Block::NAME === $block['blockName'] && isset( $block['attrs']['slot'] ) ) {
				$found[] = $block['attrs']['slot'];
			}
			self::collect( $block['innerBlocks'], $found );
		}
	}
}
