<?php
/**
 * The list of slots for the block's drop-down, for those who may write.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * GET /wp-json/pzsrv/v1/slots.
 */
final class Slots_Route {

	const SPACE = 'pzsrv/v1';

	/**
	 * Listen.
	 *
	 * @return void
	 */
	public static function listen() {
		add_action( 'rest_api_init', array( __CLASS__, 'register' ) );
	}

	/**
	 * Register the route.
	 *
	 * @return void
	 */
	public static function register() {
		register_rest_route(
			self::SPACE,
			'/slots',
			array(
				'methods'             => 'GET',
				'callback'            => array( __CLASS__, 'answer' ),
				'permission_callback' => static function () {
					return current_user_can( 'edit_posts' );
				},
			)
		);
	}

	/**
	 * Return the key and the name of each slot, or what went wrong.
	 *
	 * @return array[]|\WP_Error
	 */
	public static function answer() {
		$slots = Server::slots();
		if ( is_wp_error( $slots ) ) {
			return $slots;
		}
		$told = array();
		foreach ( $slots as $slot ) {
			$key = isset( $slot['key'] ) ? $slot['key'] : ( isset( $slot['slot'] ) ? $slot['slot'] : '' );
			if ( Slot_Markup::is_key( $key ) ) {
				$name   = isset( $slot['name'] ) && is_string( $slot['name'] ) && '' !== $slot['name'] ? $slot['name'] : $key;
				$told[] = array(
					'key'  => $key,
					'name' => $name,
				);
			}
		}
		return $told;
	}
}
