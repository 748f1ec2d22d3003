using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orrery.Grains.Tests.News;

/// <summary>A small mail server over TCP (RFC 5321 without extensions): takes letters, refuses addresses for good or for now, and holds its answers back where a test says so.</summary>
sealed class TestMailServer : IDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentDictionary<string, int> refusals = new();
    TaskCompletionSource open = new();

    public TestMailServer()
    {
        open.SetResult();
        listener.Start();
        _ = ListenAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Letters that were taken, with their delivery's id.</summary>
    public ConcurrentQueue<(string To, string Delivery, string Text)> Letters { get; } = new();

    /// <summary>Refuses an address with a status: 550 for good, 450 for now.</summary>
    public void Refuse(string address, int status) => refusals[address] = status;

    public void Take(string address) => refusals.TryRemove(address, out _);

    /// <summary>From now on letters are taken and not answered.</summary>
    public void Hold() => open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => open.TrySetResult();

    public void Dispose()
    {
        Release();
        listener.Dispose();
    }

    async Task ListenAsync()
    {
        while (true)
        {
            try
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                _ = ServeAsync(client);
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        try
        {
            using TcpClient owned = client;
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 test");
            string to = "";
            while (await reader.ReadLineAsync() is { } line)
            {
                string verb = line.Split(' ', ':')[0].ToUpperInvariant();
                if (verb == "RCPT")
                {
                    to = line[(line.IndexOf('<') + 1)..line.IndexOf('>')];
                    await writer.WriteLineAsync(refusals.TryGetValue(to, out int status) ? $"{status} no" : "250 ok");
                }
                else if (verb == "DATA")
                {
                    await writer.WriteLineAsync("354 go on");
                    var text = new StringBuilder();
                    while (await reader.ReadLineAsync() is { } part && part != ".")
                        text.Append(part).Append('\n');
                    string delivery = text.ToString().Split('\n').First(static part => part.StartsWith("X-Orrery-Delivery:", StringComparison.OrdinalIgnoreCase)).Split(' ')[1];
                    Letters.Enqueue((to, delivery, text.ToString()));
                    await open.Task;
                    await writer.WriteLineAsync("250 taken");
                }
                else if (verb == "QUIT")
                {
                    await writer.WriteLineAsync("221 bye");
                    return;
                }
                else
                {
                    await writer.WriteLineAsync("250 ok");
                }
            }
        }
        catch (IOException)
        {
            // The client went away.
        }
    }
}
