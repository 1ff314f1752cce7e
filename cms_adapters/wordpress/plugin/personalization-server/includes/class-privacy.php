<?php
/**
 * Privacy: a text for the site's policy, and what is kept of a user, to be exported and erased.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Knows what this site keeps; what the server keeps is exported and erased there.
 */
final class Privacy {

	const ID = 'personalization-server';

	/**
	 * Listen.
	 *
	 * @return void
	 */
	public static function listen() {
		add_action( 'admin_init', array( __CLASS__, 'policy' ) );
		add_filter( 'wp_privacy_personal_data_exporters', array( __CLASS__, 'exporters' ) );
		add_filter( 'wp_privacy_personal_data_erasers', array( __CLASS__, 'erasers' ) );
	}

	/**
	 * Suggest a text.
	 *
	 * @return void
	 */
	public static function policy() {
		$words = array(
			__( 'Some parts of our pages follow what you look at here. For that your browser sends which pages you open, and what you do on them, to our personalization server, under a random number kept in your browser.', 'personalization-server' ),
			__( 'Nothing is sent before you agree, where we ask you; nothing at all is sent while your browser sends Global Privacy Control. When you withdraw, the number is deleted.', 'personalization-server' ),
			__( 'If you have an account, we may keep with it which groups of visitors you belong to.', 'personalization-server' ),
		);
		wp_add_privacy_policy_content( __( 'Personalization', 'personalization-server' ), '<p>' . implode( '</p><p>', array_map( 'esc_html', $words ) ) . '</p>' );
	}

	/**
	 * Add our exporter.
	 *
	 * @param array<string,array> $exporters The exporters.
	 * @return array<string,array>
	 */
	public static function exporters( $exporters ) {
		$exporters[ self::ID ] = array(
			'exporter_friendly_name' => __( 'Personalization', 'personalization-server' ),
			'callback'               => array( __CLASS__, 'export' ),
		);
		return $exporters;
	}

	/**
	 * Add our eraser.
	 *
	 * @param array<string,array> $erasers The erasers.
	 * @return array<string,array>
	 */
	public static function erasers( $erasers ) {
		$erasers[ self::ID ] = array(
			'eraser_friendly_name' => __( 'Personalization', 'personalization-server' ),
			'callback'             => array( __CLASS__, 'erase' ),
		);
		return $erasers;
	}

	/**
	 * Return what is kept of a user.
	 *
	 * @param string $email The user's address.
	 * @return array<string,mixed>
	 */
	public static function export( $email ) {
		$user = get_user_by( 'email', $email );
		$told = array();
		if ( $user && metadata_exists( 'user', $user->ID, Profile_Writer::SEGMENTS ) ) {
			$told[] = array(
				'group_id'    => self::ID,
				'group_label' => __( 'Personalization', 'personalization-server' ),
				'item_id'     => 'user-' . $user->ID,
				'data'        => array(
					array(
						'name'  => __( 'Groups of visitors', 'personalization-server' ),
						'value' => implode( ', ', pzsrv_user_segments( $user->ID ) ),
					),
				),
			);
		}
		return array(
			'data' => $told,
			'done' => true,
		);
	}

	/**
	 * Forget what is kept of a user.
	 *
	 * @param string $email The user's address.
	 * @return array<string,mixed>
	 */
	public static function erase( $email ) {
		$user    = get_user_by( 'email', $email );
		$removed = false;
		foreach ( $user ? array( Profile_Writer::SEGMENTS, Profile_Writer::LEDGER, Email_Hashes::META ) : array() as $meta ) {
			$removed = delete_user_meta( $user->ID, $meta ) || $removed;
		}
		return array(
			'items_removed'  => $removed,
			'items_retained' => false,
			'messages'       => array( __( 'What the personalization server keeps is erased there.', 'personalization-server' ) ),
			'done'           => true,
		);
	}
}
