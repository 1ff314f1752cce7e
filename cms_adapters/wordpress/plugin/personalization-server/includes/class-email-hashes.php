<?php
/**
 * Finds a user by the hash of the address, so that no address travels.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Keeps the SHA-256 of each user's address beside the user, while profiles are written back.
 */
final class Email_Hashes {

	const META = '_pzsrv_email_sha256';
	const HOOK = 'pzsrv_email_hashes';
	const EACH = 200;

	/**
	 * Listen.
	 *
	 * @return void
	 */
	public static function listen() {
		add_action( 'user_register', array( __CLASS__, 'keep' ) );
		add_action( 'profile_update', array( __CLASS__, 'keep' ) );
		add_action( self::HOOK, array( __CLASS__, 'fill' ) );
	}

	/**
	 * Return the hash of an address.
	 *
	 * @param string $email The address.
	 * @return string
	 */
	public static function hash( $email ) {
		return hash( 'sha256', strtolower( trim( $email ) ) );
	}

	/**
	 * Keep the hash of one user's address.
	 *
	 * @param int $user The user.
	 * @return void
	 */
	public static function keep( $user ) {
		$known = get_userdata( (int) $user );
		if ( $known && '' !== Options::get( 'write_back' ) ) {
			update_user_meta( $known->ID, self::META, self::hash( $known->user_email ) );
		}
	}

	/**
	 * Keep the hashes of users who were there before us, some at a time.
	 *
	 * @return void
	 */
	public static function fill() {
		if ( '' === Options::get( 'write_back' ) ) {
			return;
		}
		$missing = array(
			'fields'       => 'ID',
			'number'       => self::EACH,
			'meta_key'     => self::META, // phpcs:ignore -- in the background.
			'meta_compare' => 'NOT EXISTS',
			'blog_id'      => 0,
		);
		$users   = get_users( $missing );
		foreach ( $users as $user ) {
			self::keep( (int) $user );
		}
		if ( count( $users ) === self::EACH ) {
			wp_schedule_single_event( time() + 1, self::HOOK );
		}
	}

	/**
	 * Return the one user with this hash, or 0.
	 *
	 * @param string $hash 64 hexadecimal digits.
	 * @return int
	 */
	public static function user( $hash ) {
		if ( ! preg_match( '/\A[0-9a-f]{64}\z/', $hash ) ) {
			return 0;
		}
		$asked = array(
			'fields'     => 'ID',
			'number'     => 2,
			'meta_key'   => self::META, // phpcs:ignore -- a message of the server, not a page.
			'meta_value' => $hash, // phpcs:ignore
			'blog_id'    => 0,
		);
		$found = get_users( $asked );
		return 1 === count( $found ) ? (int) $found[0] : 0;
	}
}
