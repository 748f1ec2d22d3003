using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Configuration;
using Orrery.Client.Configuration;

namespace Orrery.Client.Tests.Configuration;

/// <summary>A client, and the provider over it, against a door that says what the cloud says.</summary>
public sealed class ConfigurationClientTests : IDisposable
{
    const string Name = "erp/pos";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly string folder = Directory.CreateTempSubdirectory("orrery-configuration-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_value_becomes_a_file_is_reported_and_is_there_without_the_cloud()
    {
        await using Door door = await Door.StartAsync();
        using var stop = new CancellationTokenSource();
        using (var client = new ConfigurationClient(Options(door.Address)))
        {
            var came = Channel.CreateUnbounded<ConfigurationValue>();
            client.Changed += value => came.Writer.TryWrite(value);
            Task running = client.RunAsync(stop.Token);
            await door.SendAsync("1.0", "d1", "json", "{\n  \"port\": 1\n}\n");
            (await came.Reader.ReadAsync().AsTask().WaitAsync(Patience)).Text.ShouldBe("{\n  \"port\": 1\n}\n");
            (await File.ReadAllTextAsync(Path.Combine(folder, "erp", "pos.json"))).ShouldBe("{\n  \"port\": 1\n}\n");
            await door.UntilReportedAsync("\"digest\":\"d1\"");
            await stop.CancelAsync();
            await running.WaitAsync(Patience);
        }

        using var offline = new ConfigurationClient(Options(new Uri("http://127.0.0.1:1")));
        offline.Find(Name).ShouldNotBeNull().Mark.ShouldBe("1.0");
    }

    [Fact]
    public async Task A_file_that_somebody_altered_is_reported_as_such()
    {
        await using Door door = await Door.StartAsync();
        Task run;
        using var stop = new CancellationTokenSource();
        using var client = new ConfigurationClient(Options(door.Address));
        run = client.RunAsync(stop.Token);
        await door.SendAsync("1.0", "d1", "json", "{}\n");
        await door.UntilReportedAsync("\"digest\":\"d1\"");
        await File.WriteAllTextAsync(Path.Combine(folder, "erp", "pos.json"), "{\"mine\":1}");
        await door.UntilReportedAsync("\"digest\":\"altered\"");
        await stop.CancelAsync();
        await run.WaitAsync(Patience);
    }

    [Fact]
    public async Task What_an_application_refuses_is_reported_with_its_reason()
    {
        await using Door door = await Door.StartAsync();
        using var stop = new CancellationTokenSource();
        using var client = new ConfigurationClient(Options(door.Address));
        client.Changed += _ => throw new FormatException("no such printer");
        Task run = client.RunAsync(stop.Token);
        await door.SendAsync("1.0", "d1", "json", "{}\n");
        await door.UntilReportedAsync("no such printer");
        await stop.CancelAsync();
        await run.WaitAsync(Patience);
    }

    [Fact]
    public async Task The_provider_reloads_as_values_change_and_starts_from_the_local_copy()
    {
        await using (Door door = await Door.StartAsync())
        {
            await door.SendAsync("1.0", "d1", "properties", "database.port=5432\nshops.0=a\\=b\nodd\\.name=x\n");
            IConfigurationRoot configuration = new ConfigurationBuilder().AddOrrery(options => Copy(Options(door.Address), options)).Build();
            using var disposing = (IDisposable)configuration;
            (configuration["Database:Port"], configuration["shops:0"], configuration["odd.name"]).ShouldBe(("5432", "a=b", "x"));
            var reloaded = new TaskCompletionSource();
            using IDisposable watch = configuration.GetReloadToken().RegisterChangeCallback(_ => reloaded.TrySetResult(), null);
            await door.SendAsync("2.0", "d2", "properties", "database.port=5433\n");
            await reloaded.Task.WaitAsync(Patience);
            configuration["database:port"].ShouldBe("5433");
            configuration["shops:0"].ShouldBeNull();
        }

        IConfigurationRoot offline = new ConfigurationBuilder().AddOrrery(options => Copy(Options(new Uri("http://127.0.0.1:1")), options)).Build();
        using var ending = (IDisposable)offline;
        offline["database:port"].ShouldBe("5433");
    }

    ConfigurationClientOptions Options(Uri address) => new()
    {
        Url = address, Key = "ok_test_secret", Server = "pos-1", Documents = [Name], Directory = folder, ReportPeriod = TimeSpan.FromMilliseconds(50), BackoffFirst = TimeSpan.FromMilliseconds(20),
    };

    static void Copy(ConfigurationClientOptions from, ConfigurationClientOptions to) =>
        (to.Url, to.Key, to.Server, to.Documents, to.Directory, to.ReportPeriod, to.BackoffFirst) = (from.Url, from.Key, from.Server, from.Documents, from.Directory, from.ReportPeriod, from.BackoffFirst);

    /// <summary>The cloud's stream and its ear for reports.</summary>
    sealed class Door : IAsyncDisposable
    {
        readonly WebApplication app;
        readonly Channel<string> events = Channel.CreateUnbounded<string>(), reports = Channel.CreateUnbounded<string>();

        Door()
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            app = builder.Build();
            app.Run(HandleAsync);
        }

        public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        public static async Task<Door> StartAsync()
        {
            var door = new Door();
            await door.app.StartAsync();
            return door;
        }

        public ValueTask SendAsync(string mark, string digest, string format, string text) =>
            events.Writer.WriteAsync($"event: configuration\ndata: {Name} {mark} {digest} {format}\n{string.Concat(text.Split('\n').Select(static line => $"data: {line}\n"))}\n");

        public async Task UntilReportedAsync(string part)
        {
            while (!(await reports.Reader.ReadAsync().AsTask().WaitAsync(Patience)).Contains(part, StringComparison.Ordinal))
            {
            }
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        async Task HandleAsync(HttpContext http)
        {
            if (http.Request.Path.Value!.EndsWith("/report", StringComparison.Ordinal))
            {
                using var reader = new StreamReader(http.Request.Body);
                await reports.Writer.WriteAsync(await reader.ReadToEndAsync());
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }

            if (!http.Request.Path.Value.EndsWith("/live", StringComparison.Ordinal))
            {
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            http.Response.ContentType = "text/event-stream";
            await http.Response.StartAsync();
            try
            {
                await foreach (string text in events.Reader.ReadAllAsync(http.RequestAborted))
                {
                    await http.Response.WriteAsync(text, http.RequestAborted);
                    await http.Response.Body.FlushAsync(http.RequestAborted);
                }
            }
            catch (OperationCanceledException)
            {
                // The client left.
            }
        }
    }
}
