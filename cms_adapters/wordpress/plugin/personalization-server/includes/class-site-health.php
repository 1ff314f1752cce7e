<?php
/**
 * Tools > Site Health: whether the server answers, and whether our messages arrive.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Two tests and a section of the information page.
 */
final class Site_Health {

	/**
	 * Listen.
	 *
	 * @return void
	 */
	public static function listen() {
		add_filter( 'site_status_tests', array( __CLASS__, 'tests' ) );
		add_filter( 'debug_information', array( __CLASS__, 'information' ) );
	}

	/**
	 * Add our tests.
	 *
	 * @param array<string,array> $tests The tests.
	 * @return array<string,array>
	 */
	public static function tests( $tests ) {
		$tests['direct']['pzsrv_server']   = array(
			'label' => __( 'Personalization server', 'personalization-server' ),
			'test'  => array( __CLASS__, 'server' ),
		);
		$tests['direct']['pzsrv_messages'] = array(
			'label' => __( 'Messages to the personalization server', 'personalization-server' ),
			'test'  => array( __CLASS__, 'messages' ),
		);
		return $tests;
	}

	/**
	 * Say whether the server answers.
	 *
	 * @return array<string,mixed>
	 */
	public static function server() {
		if ( ! Options::ready() ) {
			return self::result( 'pzsrv_server', 'recommended', __( 'The personalization server is not set', 'personalization-server' ), __( 'Slots show their fallback. Set the address and the publishable key under Settings > Personalization.', 'personalization-server' ) );
		}
		$status = Server::status();
		if ( 200 === $status ) {
			return self::result( 'pzsrv_server', 'good', __( 'The personalization server answers', 'personalization-server' ), __( 'Visitors get what is meant for them.', 'personalization-server' ) );
		}
		/* translators: %d: HTTP status, 0 for no answer */
		$words = sprintf( __( 'Its answer to /readyz was %d. Pages show their fallback meanwhile.', 'personalization-server' ), $status );
		return self::result( 'pzsrv_server', 'critical', __( 'The personalization server does not answer', 'personalization-server' ), $words );
	}

	/**
	 * Say whether messages arrive.
	 *
	 * @return array<string,mixed>
	 */
	public static function messages() {
		$failed = get_option( Outbox::FAILED );
		$count  = Outbox::count();
		if ( ! is_array( $failed ) ) {
			return self::result( 'pzsrv_messages', 'good', __( 'Messages to the personalization server arrive', 'personalization-server' ), __( 'None was refused since the last one arrived.', 'personalization-server' ) );
		}
		/* translators: 1: number of messages, 2: HTTP status, 0 for no answer */
		$words = sprintf( __( '%1$d wait. The last attempt ended with %2$d; they are tried again for three days.', 'personalization-server' ), $count, (int) $failed['status'] );
		return self::result( 'pzsrv_messages', 'recommended', __( 'Messages to the personalization server do not arrive', 'personalization-server' ), $words );
	}

	/**
	 * Add our section to the information page; no secret is in it.
	 *
	 * @param array<string,array> $info The sections.
	 * @return array<string,array>
	 */
	public static function information( $info ) {
		$fields = array();
		foreach ( array( 'server', 'site', 'consent', 'identify', 'write_back' ) as $name ) {
			$fields[ $name ] = array(
				'label' => $name,
				'value' => Options::get( $name ),
			);
		}
		foreach ( Options::SECRETS as $name ) {
			$fields[ $name ] = array(
				'label' => $name,
				'value' => '' === Options::get( $name ) ? __( 'not set', 'personalization-server' ) : __( 'set', 'personalization-server' ),
			);
		}
		$info['personalization-server'] = array(
			'label'  => __( 'Personalization', 'personalization-server' ),
			'fields' => $fields,
		);
		return $info;
	}

	/**
	 * Return a result in WordPress's form.
	 *
	 * @param string $test        The test.
	 * @param string $status      good, recommended or critical.
	 * @param string $label       A sentence.
	 * @param string $description What to know or to do.
	 * @return array<string,mixed>
	 */
	private static function result( $test, $status, $label, $description ) {
		return array(
			'label'       => $label,
			'status'      => $status,
			'badge'       => array(
				'label' => __( 'Personalization', 'personalization-server' ),
				'color' => 'blue',
			),
			'description' => '<p>' . esc_html( $description ) . '</p>',
			'actions'     => '',
			'test'        => $test,
		);
	}
}
