using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Orrery.Grains.Alarms.Webhooks;

/// <summary>What one try came to.</summary>
/// <param name="Delivered">Whether the receiver answered with a status from 200 to 299.</param>
/// <param name="Status">For people: the status, or why there was none.</param>
readonly record struct DeliveryResult(bool Delivered, string Status);

/// <summary>
/// Posts webhooks. The receiver's name is resolved here, and the connection is made to an address that passed the check, so a name
/// that changes its address between check and use gains nothing. Redirects are not followed and no proxy is asked.
/// </summary>
sealed class WebhookSender : IDisposable
{
    readonly WebhookOptions options;
    readonly HttpClient client;

    public WebhookSender(IOptions<WebhookOptions> options)
    {
        this.options = options.Value;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxConnectionsPerServer = 8,
        };
        client = new HttpClient(handler) { Timeout = this.options.Timeout, MaxResponseContentBufferSize = 64 * 1024 };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Orrery", "1"));
    }

    public async Task<DeliveryResult> SendAsync(Delivery delivery, string? secret, CancellationToken cancellationToken)
    {
        byte[] body = Encoding.UTF8.GetBytes(delivery.Body);
        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add("X-Orrery-Event", delivery.Event);
        request.Headers.Add("X-Orrery-Delivery", delivery.Id);
        if (secret is not null)
            request.Headers.Add("X-Orrery-Signature", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)));
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            string status = $"{(int)response.StatusCode} {response.StatusCode}";
            return new DeliveryResult(response.IsSuccessStatusCode, status);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryResult(false, $"no answer within {options.Timeout.TotalSeconds:0} s");
        }
        catch (HttpRequestException failure)
        {
            return new DeliveryResult(false, failure.InnerException is { } inner ? inner.Message : failure.Message);
        }
    }

    public void Dispose() => client.Dispose();

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        string host = context.DnsEndPoint.Host;
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        var allowed = options.AllowInternalAddresses ? found : Array.FindAll(found, address => !InternalAddresses.Contains(address));
        if (allowed.Length == 0)
            throw new HttpRequestException($"'{host}' leads only to internal addresses, which webhooks may not reach here.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
