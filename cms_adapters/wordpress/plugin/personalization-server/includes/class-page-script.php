<?php
/**
 * The script and the style of pages that hold a slot: files of this plugin, the same for every visitor.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Enqueues them where a slot was printed, and nowhere else.
 */
final class Page_Script {

	const HANDLE = 'pzsrv-personalize';
	const START  = 'pzsrv-start';

	/**
	 * Listen.
	 *
	 * @return void
	 */
	public static function listen() {
		add_action( 'init', array( __CLASS__, 'register' ) );
		add_action( 'wp_enqueue_scripts', array( __CLASS__, 'early' ) );
		add_filter( 'script_loader_tag', array( __CLASS__, 'tag' ), 10, 3 );
	}

	/**
	 * Tell WordPress of the files.
	 *
	 * @return void
	 */
	public static function register() {
		$file = self::known() ? 'start.js' : 'personalize.js';
		wp_register_style( self::HANDLE, plugins_url( 'assets/slots.css', PZSRV_FILE ), array(), PZSRV_VERSION );
		wp_register_script( self::HANDLE, plugins_url( 'assets/' . $file, PZSRV_FILE ), array(), PZSRV_VERSION, true );
	}

	/**
	 * Put the style into the head of a page of which it is known that it holds a slot: the themes of old
	 * print their head before they print the page's content.
	 *
	 * @return void
	 */
	public static function early() {
		$post = is_singular() ? get_post() : null;
		if ( $post && Options::ready() && Slot_Index::of( $post->post_content ) ) {
			wp_enqueue_style( self::HANDLE );
		}
	}

	/**
	 * A slot is being printed.
	 *
	 * @return void
	 */
	public static function wanted() {
		wp_enqueue_style( self::HANDLE );
		wp_enqueue_script( self::HANDLE );
	}

	/**
	 * Write the script with the attributes it reads, to run when the page is there.
	 *
	 * @param string $tag    What WordPress would print.
	 * @param string $handle The script's name.
	 * @param string $src    Its address.
	 * @return string
	 */
	public static function tag( $tag, $handle, $src ) {
		if ( self::HANDLE !== $handle ) {
			return $tag;
		}
		$said = array(
			'data-personalize-key'     => Options::get( 'key' ),
			'data-personalize-host'    => Options::server(),
			'data-personalize-consent' => Options::get( 'consent' ) ? Options::get( 'consent' ) : 'ask',
		);
		if ( self::known() ) {
			$said['data-pzsrv-sdk']   = plugins_url( 'assets/personalize.js', PZSRV_FILE ) . '?ver=' . PZSRV_VERSION;
			$said['data-pzsrv-token'] = admin_url( 'admin-ajax.php', 'relative' ) . '?action=' . Subject_Answer::ACTION;
		}
		$words = '';
		foreach ( $said as $name => $value ) {
			$words .= sprintf( ' %s="%s"', $name, esc_attr( $value ) );
		}
		// The attributes stand on the tag itself; a print of the tag alone is the shortest way that works since 6.1.
		return sprintf( "<script defer src=\"%s\" id=\"%s-js\"%s></script>\n", esc_url( $src ), esc_attr( $handle ), $words ); // phpcs:ignore
	}

	/**
	 * Return whether visitors who are logged in are known to the server.
	 *
	 * @return bool
	 */
	private static function known() {
		return '' !== Options::get( 'identify' ) && '' !== Options::get( 'signing' ) && '' !== Options::get( 'site' );
	}
}
