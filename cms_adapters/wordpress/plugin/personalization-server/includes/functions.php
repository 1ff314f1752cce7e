<?php
/**
 * What themes and other plugins may call.
 *
 * @package PersonalizationServer
 */

defined( 'ABSPATH' ) || exit;

/**
 * Return the segments a user is in, as the server last told it.
 *
 * Never print what depends on it into a page that is cached for everybody.
 *
 * @param int $user_id The user, or 0 for the one who is logged in.
 * @return string[]
 */
function pzsrv_user_segments( $user_id = 0 ) {
	$user_id  = $user_id ? (int) $user_id : get_current_user_id();
	$segments = $user_id ? get_user_meta( $user_id, PersonalizationServer\Profile_Writer::SEGMENTS, true ) : array();
	return is_array( $segments ) ? array_values( $segments ) : array();
}

/**
 * Return whether a user is in a segment.
 *
 * @param string $segment The segment's name.
 * @param int    $user_id The user, or 0 for the one who is logged in.
 * @return bool
 */
function pzsrv_user_in_segment( $segment, $user_id = 0 ) {
	return in_array( (string) $segment, pzsrv_user_segments( $user_id ), true );
}
