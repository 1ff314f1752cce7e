<?php
/**
 * The shortcode: [personalized_slot slot="home.hero"]What everybody may see[/personalized_slot].
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * The block's counterpart for the classic editor and for widgets.
 */
final class Shortcode {

	const TAG  = 'personalized_slot';
	const TAGS = array( 'div', 'section', 'aside', 'span', 'p' );

	/**
	 * Listen.
	 *
	 * @return void
	 */
	public static function listen() {
		add_action(
			'init',
			static function () {
				add_shortcode( self::TAG, array( __CLASS__, 'html' ) );
			}
		);
	}

	/**
	 * Return the slot's HTML.
	 *
	 * @param array<string,string>|string $given   What stands in the tag: slot, tag, pending.
	 * @param string|null                 $content The fallback.
	 * @return string
	 */
	public static function html( $given, $content = null ) {
		$defaults = array(
			'slot'    => '',
			'tag'     => 'div',
			'pending' => 'yes',
		);

		$told = shortcode_atts( $defaults, $given, self::TAG );
		$tag  = in_array( $told['tag'], self::TAGS, true ) ? $told['tag'] : 'div';
		$body = do_shortcode( wp_kses_post( (string) $content ) );
		$said = Slot_Markup::attributes( $told['slot'], 'no' !== $told['pending'] );
		return '' === $said ? $body : sprintf( '<%1$s %2$s>%3$s</%1$s>', $tag, $said, $body );
	}
}
