<?php
/**
 * What is still to be told to the server: a row for each post, sent in the background until it is taken.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * A newer message about the same post takes the place of one that waits: it is a hint, and read up on.
 */
final class Outbox {

	const SEND     = 'pzsrv_send';
	const SWEEP    = 'pzsrv_sweep';
	const PREFIX   = 'pzsrv_out_';
	const FAILED   = 'pzsrv_failed';
	const EACH     = 50;
	const PATIENCE = 10;

	/**
	 * Listen.
	 *
	 * @return void
	 */
	public static function listen() {
		add_action( self::SEND, array( __CLASS__, 'send' ) );
		add_action( self::SWEEP, array( __CLASS__, 'send' ) );
	}

	/**
	 * Let a message wait, and have it sent after this request.
	 *
	 * @param string              $about What it is about: a newer one about the same takes its place.
	 * @param string              $type  What happened.
	 * @param array<string,mixed> $data  Thin: ids only.
	 * @return void
	 */
	public static function put( $about, $type, array $data ) {
		if ( '' === Options::get( 'hook' ) ) {
			return;
		}
		$message = array(
			'id'       => 'msg_' . wp_generate_password( 27, false ),
			'body'     => wp_json_encode(
				array(
					'type'      => $type,
					'timestamp' => gmdate( 'Y-m-d\TH:i:s\Z' ),
					'data'      => $data,
				)
			),
			'attempts' => 0,
			'due'      => time(),
		);
		update_option( self::PREFIX . $about, wp_json_encode( $message ), false );
		self::wake( time() );
		if ( ! has_action( 'shutdown', 'spawn_cron' ) ) {
			add_action( 'shutdown', 'spawn_cron', 10, 0 );
		}
	}

	/**
	 * Send what is due; runs in WP-Cron, one run at a time.
	 *
	 * @return void
	 */
	public static function send() {
		Lock::during(
			'outbox',
			static function () {
				foreach ( self::waiting( time() ) as $name => $raw ) {
					self::attempt( $name, $raw );
				}
				return true;
			}
		);
		$next = self::next();
		if ( null !== $next ) {
			self::wake( max( $next, time() + 1 ) );
		}
	}

	/**
	 * Return how many messages wait.
	 *
	 * @return int
	 */
	public static function count() {
		return count( self::rows() );
	}

	/**
	 * Try one message once.
	 *
	 * @param string $name The row's name.
	 * @param string $raw  The row as it was read.
	 * @return void
	 */
	private static function attempt( $name, $raw ) {
		$message = json_decode( $raw, true );
		$answer  = self::post( $message );
		$status  = is_wp_error( $answer ) ? 0 : (int) wp_remote_retrieve_response_code( $answer );
		$verdict = Backoff::verdict( $status );
		$after   = is_wp_error( $answer ) ? '' : (string) wp_remote_retrieve_header( $answer, 'retry-after' );

		$message['attempts'] = (int) $message['attempts'] + 1;

		$pause = 'again' === $verdict ? Backoff::pause( $message['attempts'], $after ) : null;
		if ( 'done' === $verdict ) {
			delete_option( self::FAILED );
		} else {
			update_option( self::FAILED, array( 'status' => $status, 'at' => time() ), false ); // phpcs:ignore
		}
		$message['due'] = time() + (int) $pause;
		self::replace( $name, $raw, null === $pause ? null : (string) wp_json_encode( $message ) );
	}

	/**
	 * Sign and post.
	 *
	 * @param array<string,mixed> $message The message.
	 * @return array|\WP_Error
	 */
	private static function post( array $message ) {
		$secret = Options::get( 'outgoing' );
		if ( null === Standard_Webhooks::key( $secret ) ) {
			return new \WP_Error( 'pzsrv_no_secret', 'no secret to sign with' );
		}
		$headers = Standard_Webhooks::headers( $message['id'], time(), $message['body'], array( $secret ) );
		$given   = array(
			'body'    => $message['body'],
			'headers' => $headers + array( 'Content-Type' => 'application/json' ),
			'timeout' => self::PATIENCE,
		);
		return wp_remote_post( Options::get( 'hook' ), Server::arguments( $given ) );
	}

	/**
	 * Replace or delete a row, unless a newer message took its place meanwhile.
	 *
	 * @param string      $name   The row's name.
	 * @param string      $before The row as it was read.
	 * @param string|null $after  The row as it is to be, or null for none.
	 * @return void
	 */
	private static function replace( $name, $before, $after ) {
		global $wpdb;
		$where = array(
			'option_name'  => $name,
			'option_value' => $before,
		);
		if ( null === $after ) {
			$wpdb->delete( $wpdb->options, $where ); // phpcs:ignore -- only this very value.
		} else {
			$wpdb->update( $wpdb->options, array( 'option_value' => $after ), $where ); // phpcs:ignore
		}
		wp_cache_delete( $name, 'options' );
		wp_cache_delete( 'notoptions', 'options' );
	}

	/**
	 * Return the messages that are due, the longest waiting first.
	 *
	 * @param int $now Seconds since 1970.
	 * @return array<string,string>
	 */
	private static function waiting( $now ) {
		$due = array();
		foreach ( self::rows() as $name => $raw ) {
			$message = json_decode( $raw, true );
			if ( (int) $message['due'] <= $now ) {
				$due[ $name ] = (int) $message['due'];
			}
		}
		asort( $due );
		return array_intersect_key( self::rows(), array_slice( $due, 0, self::EACH, true ) );
	}

	/**
	 * Return when the next message is due, or null.
	 *
	 * @return int|null
	 */
	private static function next() {
		$due = array();
		foreach ( self::rows() as $raw ) {
			$message = json_decode( $raw, true );
			$due[]   = (int) $message['due'];
		}
		return $due ? min( $due ) : null;
	}

	/**
	 * Return every row, past the cache of options.
	 *
	 * @return array<string,string>
	 */
	private static function rows() {
		global $wpdb;
		$like = $wpdb->esc_like( self::PREFIX ) . '%';
		$sql  = "SELECT option_name, option_value FROM {$wpdb->options} WHERE option_name LIKE %s LIMIT 5000";
		$rows = array();
		foreach ( (array) $wpdb->get_results( $wpdb->prepare( $sql, $like ) ) as $row ) { // phpcs:ignore
			if ( is_array( json_decode( $row->option_value, true ) ) ) {
				$rows[ $row->option_name ] = $row->option_value;
			}
		}
		return $rows;
	}

	/**
	 * Have WP-Cron send at an instant, or before.
	 *
	 * @param int $at Seconds since 1970.
	 * @return void
	 */
	private static function wake( $at ) {
		$planned = wp_next_scheduled( self::SEND );
		if ( $planned && $planned > $at ) {
			wp_unschedule_event( $planned, self::SEND );
			$planned = false;
		}
		if ( ! $planned ) {
			wp_schedule_single_event( $at, self::SEND );
		}
	}
}
