<?php
/**
 * Looks at what was typed into the settings page; what is wrong is said, and what was there stays.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * The sanitizers of both options.
 */
final class Settings_Check {

	/**
	 * Return the settings as they are to be kept.
	 *
	 * @param mixed $given What was typed, or what code sets.
	 * @return array<string,string>
	 */
	public static function plain( $given ) {
		$given = is_array( $given ) ? $given : array();
		$kept  = get_option( Options::PLAIN );
		$kept  = is_array( $kept ) ? $kept : array();
		$after = array();
		foreach ( Options::PLAINS as $name ) {
			$typed          = isset( $given[ $name ] ) && is_scalar( $given[ $name ] ) ? trim( sanitize_text_field( (string) $given[ $name ] ) ) : '';
			$fault          = self::fault( $name, $typed );
			$after[ $name ] = '' === $fault ? $typed : ( isset( $kept[ $name ] ) ? $kept[ $name ] : '' );
			if ( '' !== $fault ) {
				self::say( $name, $fault );
			}
		}
		if ( isset( $kept['server'] ) && $kept['server'] !== $after['server'] ) {
			Generation::reset();
		}
		return $after;
	}

	/**
	 * Return the secrets as they are to be kept: an empty field leaves what is there.
	 *
	 * @param mixed $given What was typed.
	 * @return array<string,string|int>
	 */
	public static function secret( $given ) {
		$given  = is_array( $given ) ? $given : array();
		$kept   = get_option( Options::SECRET );
		$kept   = is_array( $kept ) ? $kept : array();
		$remove = isset( $given['remove'] ) && is_array( $given['remove'] ) ? $given['remove'] : array();
		foreach ( Options::SECRETS as $name ) {
			$typed = isset( $given[ $name ] ) && is_scalar( $given[ $name ] ) ? trim( (string) $given[ $name ] ) : '';
			$fault = '' === $typed ? '' : self::fault( $name, $typed );
			if ( '' !== $fault ) {
				self::say( $name, $fault );
			} elseif ( in_array( $name, $remove, true ) ) {
				unset( $kept[ $name ] );
			} elseif ( '' !== $typed ) {
				$kept = self::replaced( $kept, $name, $typed );
			}
		}
		if ( in_array( 'incoming', $remove, true ) ) {
			unset( $kept['former'], $kept['former_until'] );
		}
		return $kept;
	}

	/**
	 * Return the secrets with a new one; the former secret of incoming messages counts for a day.
	 *
	 * @param array<string,string|int> $kept  The secrets.
	 * @param string                   $name  Which one.
	 * @param string                   $typed The new one.
	 * @return array<string,string|int>
	 */
	private static function replaced( array $kept, $name, $typed ) {
		$before = isset( $kept[ $name ] ) ? $kept[ $name ] : '';
		if ( 'incoming' === $name && '' !== $before && $before !== $typed ) {
			$kept['former']       = $before;
			$kept['former_until'] = time() + Options::OVERLAP;
		}
		$kept[ $name ] = $typed;
		return $kept;
	}

	/**
	 * Return what is wrong with a value, or an empty text.
	 *
	 * @param string $name  The setting.
	 * @param string $typed The value.
	 * @return string
	 */
	private static function fault( $name, $typed ) {
		if ( '' === $typed ) {
			return '';
		}
		switch ( $name ) {
			case 'server':
			case 'hook':
				$parts = wp_parse_url( $typed );
				$sound = isset( $parts['host'], $parts['scheme'] ) && in_array( $parts['scheme'], array( 'http', 'https' ), true ) && ! isset( $parts['user'] );
				return $sound ? '' : __( 'expected an address that begins with https://', 'personalization-server' );
			case 'key':
				return 0 === strpos( $typed, 'pk_' ) ? '' : __( 'expected a publishable key, pk_...', 'personalization-server' );
			case 'secret_key':
				return 0 === strpos( $typed, 'sk_' ) ? '' : __( 'expected a secret key, sk_...', 'personalization-server' );
			case 'incoming':
			case 'former':
			case 'outgoing':
				$given = 'outgoing' === $name ? array( $typed ) : preg_split( '/\s+/', $typed );
				$sound = ! in_array( null, array_map( array( Standard_Webhooks::class, 'key' ), $given ), true );
				return $sound ? '' : __( 'expected a secret, whsec_...', 'personalization-server' );
			case 'consent':
				return in_array( $typed, array( 'ask', 'granted' ), true ) ? '' : __( 'expected one of the two', 'personalization-server' );
			default:
				return '';
		}
	}

	/**
	 * Say what was wrong, above the form.
	 *
	 * @param string $name  The setting.
	 * @param string $fault What is wrong.
	 * @return void
	 */
	private static function say( $name, $fault ) {
		if ( function_exists( 'add_settings_error' ) ) {
			add_settings_error( Options::PLAIN, 'pzsrv_' . $name, $name . ': ' . $fault );
		}
	}
}
