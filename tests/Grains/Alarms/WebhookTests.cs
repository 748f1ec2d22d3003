using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Grains.Alarms.Webhooks;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Tests.Alarms;

public sealed class WebhookTests
{
    [Fact]
    public async Task Fired_acknowledged_and_resolved_are_sent_in_order_and_signed()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var receiver = new WebhookReceiver();
        await fleet.Book("acme").SetWebhooks([new WebhookDraft(receiver.Url, Severity.Warning, "the secret")]);
        var alarm = (await fleet.Book("acme").Report(Reports.Of("cpu")))!;
        fleet.Time.Advance(TimeSpan.Zero);
        var fired = await receiver.NextAsync();
        await fleet.Book("acme").Acknowledge(alarm.Id, "ada", "on it");
        fleet.Time.Advance(TimeSpan.Zero);
        var acknowledged = await receiver.NextAsync();
        await fleet.Book("acme").Report(Reports.Of("cpu", holds: false));
        fleet.Time.Advance(TimeSpan.Zero);
        var resolved = await receiver.NextAsync();

        new[] { fired, acknowledged, resolved }.Select(request => request.Event).ShouldBe(["fired", "acknowledged", "resolved"]);
        new[] { fired, acknowledged, resolved }.Select(request => request.Delivery).Distinct().Count().ShouldBe(3);
        fired.Signature.ShouldBe("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("the secret"), Encoding.UTF8.GetBytes(fired.Body))));
        using var body = JsonDocument.Parse(fired.Body);
        body.RootElement.GetProperty("event").GetString().ShouldBe("fired");
        body.RootElement.GetProperty("tenant").GetString().ShouldBe("acme");
        body.RootElement.GetProperty("id").GetString().ShouldBe(fired.Delivery);
        var sent = body.RootElement.GetProperty("alarm");
        sent.GetProperty("id").GetString().ShouldBe(alarm.Id);
        sent.GetProperty("severity").GetString().ShouldBe("warning");
        sent.GetProperty("state").GetString().ShouldBe("firing");
        sent.GetProperty("labels").GetProperty("__name__").GetString().ShouldBe("cpu");
    }

    [Fact]
    public async Task A_receiver_that_fails_gets_the_same_message_again_after_growing_pauses_also_after_a_crash()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var receiver = new WebhookReceiver();
        foreach (int status in new[] { 500, 302, 503 })
            receiver.Statuses.Enqueue(status);
        await fleet.Book("acme").SetWebhooks([new WebhookDraft(receiver.Url, Severity.Information, null)]);
        await fleet.Book("acme").Report(Reports.Of("cpu"));
        var deliveries = new List<string>();
        var noted = new List<DateTimeOffset>();
        for (int attempt = 0; attempt < 4; attempt++)
        {
            WebhookRequest? request = null;
            await fleet.UntilAsync("a delivery", () => Task.FromResult(receiver.TryNext(out request)), TimeSpan.FromMinutes(10));
            deliveries.Add(request!.Delivery);
            await fleet.UntilAsync("the answer to be noted", async () => (await fleet.Book("acme").ListWebhooks())[0].LastAt is { } at && (noted.Count == 0 || at > noted[^1]), TimeSpan.FromMinutes(1));
            noted.Add((await fleet.Book("acme").ListWebhooks())[0].LastAt!.Value);
            if (attempt == 1)
                await fleet.CrashAsync();
        }

        deliveries.Distinct().Count().ShouldBe(1);
        await fleet.UntilAsync("success to be noted", async () => (await fleet.Book("acme").ListWebhooks())[0].Delivered == 1, TimeSpan.FromMinutes(1));
        (await fleet.Book("acme").ListWebhooks())[0].LastStatus.ShouldBe("200 OK");
        TimeSpan[] pauses = [.. noted.Skip(1).Zip(noted, static (next, before) => next - before)];
        foreach ((TimeSpan pause, int seconds) in pauses.Zip([5, 10, 20]))
            pause.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task After_an_hour_a_delivery_is_given_up_and_counted()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.Book("acme").SetWebhooks([new WebhookDraft("http://127.0.0.1:1/", Severity.Information, null)]);
        await fleet.Book("acme").Report(Reports.Of("cpu"));

        await fleet.UntilAsync("giving up", async () => (await fleet.Book("acme").ListWebhooks())[0].Failed == 1, TimeSpan.FromMinutes(70), TimeSpan.FromSeconds(30));

        (await fleet.Book("acme").ListWebhooks())[0].Delivered.ShouldBe(0);
    }

    [Fact]
    public async Task A_secret_is_stored_sealed_kept_when_left_out_and_removed_when_empty()
    {
        await using var fleet = await TestFleet.StartAsync();
        const string url = "http://127.0.0.1:1/";
        (await fleet.Book("acme").SetWebhooks([new WebhookDraft(url, Severity.Critical, "hush")])).ShouldHaveSingleItem().Signed.ShouldBeTrue();
        (await fleet.Book("acme").SetWebhooks([new WebhookDraft(url, Severity.Warning, null)])).ShouldHaveSingleItem().Signed.ShouldBeTrue();
        (await fleet.Book("acme").SetWebhooks([new WebhookDraft(url, Severity.Warning, "")])).ShouldHaveSingleItem().Signed.ShouldBeFalse();
        (await fleet.Book("acme").SetWebhooks([])).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ftp://example.com/")]
    [InlineData("example.com")]
    [InlineData("http://user:password@example.com/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://localhost:80/")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[fd00::1]/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    public async Task Addresses_that_are_internal_or_no_web_addresses_are_refused(string url)
    {
        await using var fleet = await TestFleet.StartAsync(services => services.Configure<WebhookOptions>(options => options.AllowInternalAddresses = false));

        (await Should.ThrowAsync<InvalidInputException>(() => fleet.Book("acme").SetWebhooks([new WebhookDraft(url, Severity.Warning, null)]))).Field.ShouldBe("[0].url");
        (await fleet.Book("acme").ListWebhooks()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_that_leads_to_an_internal_address_is_refused_when_the_connection_is_made()
    {
        using var receiver = new WebhookReceiver();
        using var sender = new WebhookSender(Microsoft.Extensions.Options.Options.Create(new WebhookOptions()));
        var delivery = new Delivery("1", receiver.Url, "fired", "{}", default, 0, default);

        (await sender.SendAsync(delivery, null, CancellationToken.None)).Delivered.ShouldBeFalse();
        var result = await sender.SendAsync(delivery with { Url = receiver.Url.Replace("127.0.0.1", "localhost") }, null, CancellationToken.None);

        result.Delivered.ShouldBeFalse();
        result.Status.ShouldContain("internal addresses");
        receiver.TryNext(out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("8.8.8.8", false)]
    [InlineData("100.63.255.255", false)]
    [InlineData("172.32.0.1", false)]
    [InlineData("2606:4700::1111", false)]
    [InlineData("0.0.0.0", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("172.31.255.255", true)]
    [InlineData("192.168.1.1", true)]
    [InlineData("224.0.0.1", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("::", true)]
    [InlineData("fe80::1", true)]
    [InlineData("ff02::1", true)]
    [InlineData("64:ff9b::a00:1", true)]
    [InlineData("2002:a00:1::", true)]
    [InlineData("2001:db8::1", true)]
    public void Internal_addresses_are_known(string address, bool isInternal) => InternalAddresses.Contains(System.Net.IPAddress.Parse(address)).ShouldBe(isInternal);
}
