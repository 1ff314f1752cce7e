<?php
/**
 * What the server is asked: for the editor and the Site Health page only, never while a visitor waits.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Reads with the secret key; what was read is kept for as long as its generation.
 */
final class Server {

	const PATIENCE = 5;
	const KEPT     = 300;

	/**
	 * Return the slots of the site, or what went wrong.
	 *
	 * @return array[]|\WP_Error
	 */
	public static function slots() {
		return self::kept( '/v1/slots', 'slots' );
	}

	/**
	 * Ask whether the server is ready: its status, or 0 where nobody answers.
	 *
	 * @return int
	 */
	public static function status() {
		$answer = self::get( '/readyz', array() );
		return is_wp_error( $answer ) ? 0 : (int) wp_remote_retrieve_response_code( $answer );
	}

	/**
	 * Return the arguments of a request to an address that an administrator set.
	 *
	 * WordPress refuses addresses of its own network; PZSRV_ALLOW_LOCAL in wp-config.php allows them.
	 *
	 * @param array<string,mixed> $given The arguments.
	 * @return array<string,mixed>
	 */
	public static function arguments( array $given ) {
		$local = defined( 'PZSRV_ALLOW_LOCAL' ) && PZSRV_ALLOW_LOCAL;
		$ours  = array(
			'timeout'             => self::PATIENCE,
			'redirection'         => 0,
			'limit_response_size' => 1048576,
			'reject_unsafe_urls'  => ! $local,
		);
		return $given + $ours;
	}

	/**
	 * Return a list the server answers with, from the cache where it is there.
	 *
	 * @param string $path The path.
	 * @param string $name The name of the list in the answer.
	 * @return array[]|\WP_Error
	 */
	private static function kept( $path, $name ) {
		$key  = Generation::key( $path );
		$kept = get_transient( $key );
		if ( is_array( $kept ) ) {
			return $kept;
		}
		$answer = self::get( $path, array( 'Authorization' => 'Bearer ' . Options::get( 'secret_key' ) ) );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		$status = (int) wp_remote_retrieve_response_code( $answer );
		$told   = json_decode( wp_remote_retrieve_body( $answer ), true );
		if ( 200 !== $status || ! is_array( $told ) || ! isset( $told[ $name ] ) || ! is_array( $told[ $name ] ) ) {
			/* translators: %d: HTTP status */
			$words = sprintf( __( 'The personalization server answered with status %d.', 'personalization-server' ), $status );
			return new \WP_Error( 'pzsrv_status', $words, array( 'status' => 502 ) );
		}
		set_transient( $key, $told[ $name ], self::KEPT );
		return $told[ $name ];
	}

	/**
	 * Ask.
	 *
	 * @param string               $path    The path.
	 * @param array<string,string> $headers The headers.
	 * @return array|\WP_Error
	 */
	private static function get( $path, array $headers ) {
		if ( '' === Options::server() ) {
			return new \WP_Error( 'pzsrv_unset', __( 'The address of the personalization server is not set.', 'personalization-server' ), array( 'status' => 409 ) );
		}
		return wp_remote_get( Options::server() . $path, self::arguments( array( 'headers' => $headers ) ) );
	}
}
