// A page that runs the form it holds in ODK Web Forms: the XForm stands in <script id="form">, the interview in <div id="app">.
import { createApp, h } from 'vue';
import { OdkWebForm, POST_SUBMIT__NEW_INSTANCE, webFormsPlugin } from '@getodk/web-forms';

const nowhere = async () => new Response('', { status: 404 });
// Nothing is sent: a form that is complete gives way to a new one.
const again = (payload, finish) => finish({ next: POST_SUBMIT__NEW_INSTANCE });

createApp({
  render: () =>
    h(OdkWebForm, {
      formXml: document.getElementById('form').textContent.trim(),
      fetchFormAttachment: nowhere,
      onSubmit: again,
    }),
})
  .use(webFormsPlugin)
  .mount('#app');
