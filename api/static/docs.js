// validatorUrl null: the page must not ask a service elsewhere about our document.
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null });
