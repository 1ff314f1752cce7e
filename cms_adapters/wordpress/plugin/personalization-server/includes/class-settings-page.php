<?php
/**
 * The settings page: Settings > Personalization.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Settings API: WordPress checks the nonce, we the capability and each value. A secret is never printed.
 */
final class Settings_Page {

	const PAGE  = 'personalization-server';
	const MAY   = 'manage_options';
	const GROUP = 'pzsrv';

	/**
	 * Listen.
	 *
	 * @return void
	 */
	public static function listen() {
		add_action( 'admin_menu', array( __CLASS__, 'menu' ) );
		add_action( 'admin_init', array( __CLASS__, 'register' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( PZSRV_FILE ), array( __CLASS__, 'links' ) );
	}

	/**
	 * Put the page into the menu.
	 *
	 * @return void
	 */
	public static function menu() {
		$title = __( 'Personalization', 'personalization-server' );
		add_options_page( $title, $title, self::MAY, self::PAGE, array( __CLASS__, 'page' ) );
	}

	/**
	 * Put a link to it into the list of plugins.
	 *
	 * @param string[] $links The links.
	 * @return string[]
	 */
	public static function links( $links ) {
		$url = admin_url( 'options-general.php?page=' . self::PAGE );
		array_unshift( $links, sprintf( '<a href="%s">%s</a>', esc_url( $url ), esc_html__( 'Settings', 'personalization-server' ) ) );
		return $links;
	}

	/**
	 * Tell WordPress of the settings and their fields.
	 *
	 * @return void
	 */
	public static function register() {
		register_setting(
			self::GROUP,
			Options::PLAIN,
			array(
				'type'              => 'object',
				'sanitize_callback' => array( Settings_Check::class, 'plain' ),
				'default'           => array(),
			)
		);
		register_setting(
			self::GROUP,
			Options::SECRET,
			array(
				'type'              => 'object',
				'sanitize_callback' => array( Settings_Check::class, 'secret' ),
				'default'           => array(),
			)
		);
		foreach ( Settings_Fields::sections() as $section => $told ) {
			add_settings_section( $section, $told['title'], array( Settings_Fields::class, 'intro' ), self::PAGE );
			foreach ( $told['fields'] as $name => $field ) {
				$given = $field + array(
					'name'      => $name,
					'label_for' => 'pzsrv_' . $name,
				);
				add_settings_field( 'pzsrv_' . $name, $field['label'], array( Settings_Fields::class, 'field' ), self::PAGE, $section, $given );
			}
		}
	}

	/**
	 * Print the page.
	 *
	 * @return void
	 */
	public static function page() {
		if ( ! current_user_can( self::MAY ) ) {
			return;
		}
		printf( '<div class="wrap"><h1>%s</h1>', esc_html( get_admin_page_title() ) );
		printf(
			'<p>%s <code>%s</code></p>',
			esc_html__( 'The server sends its signed messages to:', 'personalization-server' ),
			esc_html( rest_url( Slots_Route::SPACE . '/hook' ) )
		);
		echo '<form action="options.php" method="post">';
		settings_fields( self::GROUP );
		do_settings_sections( self::PAGE );
		submit_button();
		echo '</form></div>';
	}
}
