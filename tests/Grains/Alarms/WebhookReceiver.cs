using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Orrery.Grains.Tests.Alarms;

/// <summary>What a webhook received.</summary>
sealed record WebhookRequest(string Body, string? Signature, string Event, string Delivery);

/// <summary>A real HTTP listener on loopback that keeps what it was sent and answers as the test says.</summary>
sealed class WebhookReceiver : IDisposable
{
    static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(20);

    readonly HttpListener listener = new();
    readonly Channel<WebhookRequest> received = Channel.CreateUnbounded<WebhookRequest>();

    public WebhookReceiver()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/hook/";
        }

        listener.Prefixes.Add(Url);
        listener.Start();
        _ = ServeAsync();
    }

    public string Url { get; }

    /// <summary>Statuses to answer with, one a request; 200 when there are none left.</summary>
    public ConcurrentQueue<int> Statuses { get; } = new();

    /// <summary>The next request.</summary>
    public Task<WebhookRequest> NextAsync() => received.Reader.ReadAsync().AsTask().WaitAsync(WaitMax);

    public bool TryNext([NotNullWhen(true)] out WebhookRequest? request) => received.Reader.TryRead(out request);

    public void Dispose() => listener.Close();

    async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream);
            string body = await reader.ReadToEndAsync();
            context.Response.StatusCode = Statuses.TryDequeue(out int status) ? status : 200;
            if (context.Response.StatusCode == 302)
                context.Response.RedirectLocation = Url;
            context.Response.Close();
            received.Writer.TryWrite(new WebhookRequest(body, context.Request.Headers["X-Orrery-Signature"], context.Request.Headers["X-Orrery-Event"]!, context.Request.Headers["X-Orrery-Delivery"]!));
        }
    }
}
