<?php
/**
 * Writes the segments a user entered or left into the user's meta, so that the site's own blocks can follow.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * One word of the server about one user and one segment; the newest word wins.
 */
final class Profile_Writer {

	const SEGMENTS = 'pz_segments';
	const LEDGER   = '_pzsrv_ledger';
	const TYPES    = array( 'profile.segment', 'segment.entered', 'segment.exited' );
	const SLUG     = '/\A[a-z0-9][a-z0-9._-]{0,99}\z/i';

	/**
	 * Write one word down and return what came of it.
	 *
	 * @param array<string,mixed> $data userId or emailHash, segment, entered, and sequence (or at).
	 * @return string|\WP_Error
	 */
	public static function write( array $data ) {
		if ( '' === Options::get( 'write_back' ) ) {
			return 'ignored';
		}
		$sequence = isset( $data['sequence'] ) ? $data['sequence'] : ( isset( $data['at'] ) ? $data['at'] : null );
		$segment  = isset( $data['segment'] ) ? $data['segment'] : null;
		$sound    = is_int( $sequence ) && is_string( $segment ) && preg_match( self::SLUG, $segment );
		if ( ! $sound || ! isset( $data['entered'] ) || ! is_bool( $data['entered'] ) ) {
			return new \WP_Error( 'pzsrv_malformed', 'expected segment, entered and sequence', array( 'status' => 400 ) );
		}
		$user = self::user( $data );
		if ( ! $user ) {
			return 'unknown_user';
		}
		$outcome = Lock::during(
			'user_' . $user,
			static function () use ( $user, $segment, $sequence, $data ) {
				return self::tell( $user, $segment, $sequence, $data['entered'] );
			}
		);
		return null === $outcome ? Hook_Route::busy() : $outcome;
	}

	/**
	 * Return the user a message is about, or 0: by id, else by the hash of the address.
	 *
	 * @param array<string,mixed> $data The message's data.
	 * @return int
	 */
	private static function user( array $data ) {
		$id    = isset( $data['userId'] ) && is_string( $data['userId'] ) ? $data['userId'] : '';
		$hash  = isset( $data['emailHash'] ) && is_string( $data['emailHash'] ) ? $data['emailHash'] : '';
		$found = 0;
		if ( preg_match( '/\A(?:wp:)?([1-9][0-9]{0,18})\z/', $id, $parts ) && get_userdata( (int) $parts[1] ) ) {
			$found = (int) $parts[1];
		} elseif ( '' !== $hash ) {
			$found = Email_Hashes::user( $hash );
		}
		/**
		 * Lets a site whose users have other ids on the server say who is meant.
		 *
		 * @param int   $found The user's id here, or 0.
		 * @param array $data  What the message says.
		 */
		return (int) apply_filters( 'pzsrv_user', $found, $data );
	}

	/**
	 * Put one word into a user's ledger.
	 *
	 * @param int    $user     The user.
	 * @param string $segment  The segment.
	 * @param int    $sequence The word's place in time.
	 * @param bool   $entered  Whether the user entered or left.
	 * @return string
	 */
	private static function tell( $user, $segment, $sequence, $entered ) {
		wp_cache_delete( $user, 'user_meta' );
		$ledger = get_user_meta( $user, self::LEDGER, true );
		$ledger = is_array( $ledger ) ? $ledger : array();
		$after  = Segment_Ledger::told( $ledger, $segment, $sequence, $entered );
		// The names first: should we end between the two, the same message comes again and ends it.
		$names = Segment_Ledger::segments( $after );
		if ( get_user_meta( $user, self::SEGMENTS, true ) !== $names ) {
			update_user_meta( $user, self::SEGMENTS, $names );
			/**
			 * A user's segments changed.
			 *
			 * @param int      $user  The user.
			 * @param string[] $names The segments now.
			 */
			do_action( 'pzsrv_segments_changed', $user, $names );
		}
		if ( $after === $ledger ) {
			return 'stale';
		}
		update_user_meta( $user, self::LEDGER, $after );
		return 'done';
	}
}
