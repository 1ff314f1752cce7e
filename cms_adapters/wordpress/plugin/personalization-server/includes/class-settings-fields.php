<?php
/**
 * The fields of the settings page, each with what it is for.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Described as data, printed by one function for each kind.
 */
final class Settings_Fields {

	/**
	 * Return the sections with their fields.
	 *
	 * @return array<string,array>
	 */
	public static function sections() {
		return array(
			'pzsrv_pages'   => array(
				'title'  => __( 'Pages', 'personalization-server' ),
				'fields' => self::pages(),
			),
			'pzsrv_content' => array(
				'title'  => __( 'Content and messages', 'personalization-server' ),
				'fields' => self::messages(),
			),
			'pzsrv_users'   => array(
				'title'  => __( 'Users', 'personalization-server' ),
				'fields' => self::users(),
			),
		);
	}

	/**
	 * Say what a section is for.
	 *
	 * @param array<string,mixed> $section The section.
	 * @return void
	 */
	public static function intro( $section ) {
		$intros = array(
			'pzsrv_pages'   => __( 'Enough to show slots. Pages stay the same for everybody and may be cached.', 'personalization-server' ),
			'pzsrv_content' => __( 'Needed where the server shows what is written here, or where pages are rendered with its decisions.', 'personalization-server' ),
			'pzsrv_users'   => __( 'Needed where visitors log in. Off unless you say so: it links a user to what they do on this site.', 'personalization-server' ),
		);
		printf( '<p>%s</p>', esc_html( $intros[ $section['id'] ] ) );
	}

	/**
	 * Print a field.
	 *
	 * @param array<string,mixed> $field Its name, kind and help.
	 * @return void
	 */
	public static function field( $field ) {
		$constant = Options::constant( $field['name'] );
		if ( defined( $constant ) ) {
			/* translators: %s: name of a constant */
			printf( '<p>' . esc_html__( 'Set in wp-config.php by %s.', 'personalization-server' ) . '</p>', '<code>' . esc_html( $constant ) . '</code>' );
			return;
		}
		call_user_func( array( __CLASS__, $field['kind'] ), $field );
		printf( '<p class="description" id="%s_help">%s</p>', esc_attr( $field['label_for'] ), esc_html( $field['help'] ) );
	}

	/**
	 * Print a field for a text.
	 *
	 * @param array<string,mixed> $field The field.
	 * @return void
	 */
	private static function text( $field ) {
		printf(
			'<input type="%5$s" class="regular-text code" id="%1$s" name="%2$s[%3$s]" value="%4$s" aria-describedby="%1$s_help">',
			esc_attr( $field['label_for'] ),
			esc_attr( Options::PLAIN ),
			esc_attr( $field['name'] ),
			esc_attr( Options::get( $field['name'] ) ),
			esc_attr( isset( $field['type'] ) ? $field['type'] : 'text' )
		);
	}

	/**
	 * Print a field for a secret: what is set is never shown, and an empty field leaves it.
	 *
	 * @param array<string,mixed> $field The field.
	 * @return void
	 */
	private static function secret( $field ) {
		$set = '' !== Options::get( $field['name'] );
		printf(
			'<input type="password" class="regular-text code" id="%1$s" name="%2$s[%3$s]" value="" autocomplete="new-password" placeholder="%4$s" aria-describedby="%1$s_help">',
			esc_attr( $field['label_for'] ),
			esc_attr( Options::SECRET ),
			esc_attr( $field['name'] ),
			esc_attr( $set ? __( 'set; leave empty to keep it', 'personalization-server' ) : __( 'not set', 'personalization-server' ) )
		);
		if ( $set ) {
			printf(
				' <label><input type="checkbox" name="%s[remove][]" value="%s"> %s</label>',
				esc_attr( Options::SECRET ),
				esc_attr( $field['name'] ),
				esc_html__( 'remove', 'personalization-server' )
			);
		}
	}

	/**
	 * Print a field for yes or no.
	 *
	 * @param array<string,mixed> $field The field.
	 * @return void
	 */
	private static function tick( $field ) {
		printf(
			'<input type="checkbox" id="%1$s" name="%2$s[%3$s]" value="1" aria-describedby="%1$s_help"%4$s>',
			esc_attr( $field['label_for'] ),
			esc_attr( Options::PLAIN ),
			esc_attr( $field['name'] ),
			checked( Options::get( $field['name'] ), '1', false )
		);
	}

	/**
	 * Print a field for one of a few words.
	 *
	 * @param array<string,mixed> $field The field.
	 * @return void
	 */
	private static function choice( $field ) {
		printf( '<select id="%1$s" name="%2$s[%3$s]" aria-describedby="%1$s_help">', esc_attr( $field['label_for'] ), esc_attr( Options::PLAIN ), esc_attr( $field['name'] ) );
		foreach ( $field['words'] as $word => $label ) {
			printf( '<option value="%s"%s>%s</option>', esc_attr( $word ), selected( Options::get( $field['name'] ), $word, false ), esc_html( $label ) );
		}
		echo '</select>';
	}

	/**
	 * Return the fields for pages.
	 *
	 * @return array<string,array>
	 */
	private static function pages() {
		return array(
			'server'     => array(
				'kind'  => 'text',
				'type'  => 'url',
				'label' => __( 'Server', 'personalization-server' ),
				'help'  => __( 'Its address, like https://personalization.example.org.', 'personalization-server' ),
			),
			'key'        => array(
				'kind'  => 'text',
				'label' => __( 'Publishable key', 'personalization-server' ),
				'help'  => __( 'pk_..., everybody can read it in the page.', 'personalization-server' ),
			),
			'secret_key' => array(
				'kind'  => 'secret',
				'label' => __( 'Secret key', 'personalization-server' ),
				'help'  => __( 'sk_..., fills the list of slots in the editor.', 'personalization-server' ),
			),
			'consent'    => array(
				'kind'  => 'choice',
				'label' => __( 'Consent', 'personalization-server' ),
				'help'  => __( 'A consent banner that knows the WP Consent API is asked by itself.', 'personalization-server' ),
				'words' => array(
					'ask'     => __( 'nothing until the visitor agrees', 'personalization-server' ),
					'granted' => __( 'agreed until the visitor objects', 'personalization-server' ),
				),
			),
		);
	}

	/**
	 * Return the fields for messages.
	 *
	 * @return array<string,array>
	 */
	private static function messages() {
		return array(
			'hook'     => array(
				'kind'  => 'text',
				'type'  => 'url',
				'label' => __( 'Address for our messages', 'personalization-server' ),
				'help'  => __( 'The address of this site among the server\'s sources, like https://personalization.example.org/hooks/...', 'personalization-server' ),
			),
			'outgoing' => array(
				'kind'  => 'secret',
				'label' => __( 'Secret of our messages', 'personalization-server' ),
				'help'  => __( 'whsec_..., as the server shows it for the source.', 'personalization-server' ),
			),
			'incoming' => array(
				'kind'  => 'secret',
				'label' => __( 'Secret of the server\'s messages', 'personalization-server' ),
				'help'  => __( 'whsec_..., several with a space between them. What was here before counts for a day after it was replaced.', 'personalization-server' ),
			),
		);
	}

	/**
	 * Return the fields for users.
	 *
	 * @return array<string,array>
	 */
	private static function users() {
		return array(
			'identify'   => array(
				'kind'  => 'tick',
				'label' => __( 'Tell who is logged in', 'personalization-server' ),
				'help'  => __( 'Users are known to the server by their number.', 'personalization-server' ),
			),
			'site'       => array(
				'kind'  => 'text',
				'label' => __( 'Site', 'personalization-server' ),
				'help'  => __( 'The short name of this site on the server.', 'personalization-server' ),
			),
			'signing'    => array(
				'kind'  => 'secret',
				'label' => __( 'Signing secret', 'personalization-server' ),
				'help'  => __( 'The site\'s signing secret on the server; with it a page may speak for a user, for 15 minutes at a time.', 'personalization-server' ),
			),
			'write_back' => array(
				'kind'  => 'tick',
				'label' => __( 'Keep segments with the user', 'personalization-server' ),
				'help'  => __( 'The server may write the segments a user enters or leaves into the user meta pz_segments.', 'personalization-server' ),
			),
		);
	}
}
