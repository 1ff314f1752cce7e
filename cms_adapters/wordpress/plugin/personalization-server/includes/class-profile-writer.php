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
	const FORGET   = 'profile.forgotten';
	const TYPES    = array( 'profile.segment', 'segment.entered', 'segment.exited', self::FORGET );
	const SLUG     = '/\A[a-z0-9][a-z0-9._-]{0,99}\z/i';

	/**
	 * Write one word down and return what came of it.
	 *
	 * @param string              $type One of TYPES.
	 * @param array<string,mixed> $data userId or emailHash, segment, entered, and sequence (or at).
	 * @return string|\WP_Error
	 */
	public static function write( $type, array $data ) {
		if ( '' === Options::get( 'write_back' ) ) {
			return 'ignored';
		}
		$sequence = isset( $data['sequence'] ) ? $data['sequence'] : ( isset( $data['at'] ) ? $data['at'] : null );
		if ( ! is_int( $sequence ) || ( self::FORGET !== $type && ! self::is_word( $data ) ) ) {
			return new \WP_Error( 'pzsrv_malformed', 'expected segment, entered and sequence', array( 'status' => 400 ) );
		}
		$user = self::user( $data );
		if ( ! $user ) {
			return 'unknown_user';
		}
		$outcome = Lock::during(
			'user_' . $user,
			static function () use ( $user, $type, $sequence, $data ) {
				$ledger = self::ledger( $user );
				$after  = self::FORGET === $type
					? Segment_Ledger::forgotten( $ledger, $sequence )
					: Segment_Ledger::told( $ledger, $data['segment'], $sequence, $data['entered'] );
				return self::keep( $user, $ledger, $after );
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
	 * Return whether a message says of a segment that somebody entered or left it.
	 *
	 * @param array<string,mixed> $data The message's data.
	 * @return bool
	 */
	private static function is_word( array $data ) {
		$segment = isset( $data['segment'] ) ? $data['segment'] : null;
		$entered = isset( $data['entered'] ) ? $data['entered'] : null;
		return is_string( $segment ) && preg_match( self::SLUG, $segment ) && is_bool( $entered );
	}

	/**
	 * Return a user's ledger as it stands in the database now.
	 *
	 * @param int $user The user.
	 * @return array<string,array{0:int,1:bool}>
	 */
	private static function ledger( $user ) {
		wp_cache_delete( $user, 'user_meta' );
		$ledger = get_user_meta( $user, self::LEDGER, true );
		return is_array( $ledger ) ? $ledger : array();
	}

	/**
	 * Keep a user's ledger and what follows from it; return what came of it.
	 *
	 * @param int                               $user   The user.
	 * @param array<string,array{0:int,1:bool}> $ledger The ledger before.
	 * @param array<string,array{0:int,1:bool}> $after  The ledger now.
	 * @return string
	 */
	private static function keep( $user, array $ledger, array $after ) {
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
