<?php
/**
 * The HTML of a slot: what the author wrote, and the attributes that let the page's script replace it.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * The same for every visitor, so that any cache may keep it.
 */
final class Slot_Markup {

	const KEY = '/\A[^\s"\'<>&,\x00-\x1f]{1,120}\z/u';

	/**
	 * Return whether a text can be a slot's key.
	 *
	 * @param mixed $slot The text.
	 * @return bool
	 */
	public static function is_key( $slot ) {
		return is_string( $slot ) && 1 === preg_match( self::KEY, $slot );
	}

	/**
	 * Return the attributes of a slot's element, escaped; none where nothing can be decided.
	 *
	 * @param string $slot    The slot's key.
	 * @param bool   $pending Whether the fallback waits for the decision, for two seconds at most.
	 * @return string
	 */
	public static function attributes( $slot, $pending ) {
		if ( ! self::is_key( $slot ) || ! Options::ready() || is_feed() ) {
			return '';
		}
		Page_Script::wanted();
		return sprintf( 'data-personalize-slot="%s"%s', esc_attr( $slot ), $pending ? ' data-pz-pending' : '' );
	}
}
