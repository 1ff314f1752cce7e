/**
 * Tells the page's client what the visitor told the site's banner (WP Consent API): what is new, and only
 * once the visitor spoke. Silence is left to the page's own setting.
 */
( function () {
	const purposes = { analytics: 'statistics', personalization: 'preferences' };
	const KEPT = 'pzsrv.consent';
	const kept = {
		get() {
			try { return window.localStorage.getItem( KEPT ); } catch { return null; }
		},
		set( words ) {
			try { window.localStorage.setItem( KEPT, words ); } catch { /* Then it is told again. */ }
		},
	};

	/* Without its cookies it cannot be known whether the visitor spoke; a yes is one in any case. */
	function spoke( category ) {
		const api = window.consent_api;
		return ! window.consent_api_get_cookie || ! api || '' !== window.consent_api_get_cookie( api.cookie_prefix + '_' + category );
	}

	function tell( changed ) {
		const categories = Object.values( purposes );
		const said = {};
		for ( const purpose of Object.keys( purposes ) ) {
			said[ purpose ] = !! window.wp_has_consent( purposes[ purpose ] );
		}
		const words = JSON.stringify( said );
		const some = Object.values( said ).some( Boolean );
		if ( ( changed || some || categories.every( spoke ) ) && kept.get() !== words ) {
			kept.set( words );
			( window.pz = window.pz || [] ).push( [ 'consent', said ] );
		}
	}

	if ( 'function' === typeof window.wp_has_consent ) {
		tell( false );
		/* The banner says each category by itself, one after the other: they are told together. */
		document.addEventListener( 'wp_listen_for_consent_change', () => setTimeout( tell, 0, true ) );
	}
}() );
