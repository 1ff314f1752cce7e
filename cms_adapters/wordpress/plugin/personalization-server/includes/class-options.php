<?php
/**
 * What was set: a constant in wp-config.php wins over what the settings page keeps.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Reads the two options; secrets stand in one that is not loaded with every page.
 */
final class Options {

	const PLAIN   = 'pzsrv_settings';
	const SECRET  = 'pzsrv_secrets';
	const PLAINS  = array( 'server', 'key', 'site', 'hook', 'consent', 'identify', 'write_back' );
	const SECRETS = array( 'secret_key', 'incoming', 'former', 'outgoing', 'signing' );
	const OVERLAP = 86400;

	/**
	 * Return a setting.
	 *
	 * @param string $name One of PLAINS or SECRETS.
	 * @return string
	 */
	public static function get( $name ) {
		$constant = self::constant( $name );
		if ( defined( $constant ) ) {
			return (string) constant( $constant );
		}
		$kept = get_option( in_array( $name, self::SECRETS, true ) ? self::SECRET : self::PLAIN );
		return is_array( $kept ) && isset( $kept[ $name ] ) ? (string) $kept[ $name ] : '';
	}

	/**
	 * Return the constant that wins over a setting, like PZSRV_SECRET_KEY.
	 *
	 * @param string $name The setting.
	 * @return string
	 */
	public static function constant( $name ) {
		return 'PZSRV_' . strtoupper( $name );
	}

	/**
	 * Return the server's address without a slash at its end, or an empty text.
	 *
	 * @return string
	 */
	public static function server() {
		return untrailingslashit( self::get( 'server' ) );
	}

	/**
	 * Return the secrets that messages to us may be signed with: the former one counts for a day.
	 *
	 * @return string[]
	 */
	public static function incoming() {
		$kept    = get_option( self::SECRET );
		$until   = is_array( $kept ) && isset( $kept['former_until'] ) ? (int) $kept['former_until'] : 0;
		$secrets = self::get( 'incoming' );
		if ( $until > time() || defined( self::constant( 'former' ) ) ) {
			$secrets .= ' ' . self::get( 'former' );
		}
		return preg_split( '/\s+/', $secrets, -1, PREG_SPLIT_NO_EMPTY );
	}

	/**
	 * Return whether a page can ask for decisions.
	 *
	 * @return bool
	 */
	public static function ready() {
		return '' !== self::server() && '' !== self::get( 'key' );
	}
}
