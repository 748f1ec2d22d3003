using Orrery.Connectors.ObjectStores;
using Orrery.Tests.Servers;

namespace Orrery.Connectors.Tests.ObjectStores;

public sealed class S3ObjectStoreTests : ObjectStoreCompliance
{
    S3Host host = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public override async ValueTask InitializeAsync()
    {
        host = await S3Host.Start();
        Store = new S3ObjectStore(Options(host));
    }

    public override async ValueTask DisposeAsync()
    {
        host.Refusals.ShouldBe(0, "a request's signature, digest or length was wrong");
        await base.DisposeAsync();
        await host.DisposeAsync();
    }

    internal static S3Options Options(S3Host host) => new()
    {
        Endpoint = host.Url,
        Region = S3Host.Region,
        Bucket = S3Host.Bucket,
        Prefix = "site 1/",
        AccessKey = S3Host.AccessKey,
        SecretKey = S3Host.SecretKey,
        PathStyle = true,
        RetriesMax = 2,
    };

    [Fact]
    public async Task Names_stand_under_the_prefix_and_outages_are_waited_out()
    {
        int failures = 2;
        host.Before = context =>
        {
            bool fail = Interlocked.Decrement(ref failures) >= 0;
            if (fail)
                context.Response.StatusCode = 503;
            return Task.FromResult(fail);
        };
        await Store.PutAsync("a", Bytes("x"), Stop);
        host.Objects.Keys.ShouldBe(["site 1/a"]);
    }

    [Fact]
    public async Task An_outage_may_pass_and_a_wrong_secret_does_not()
    {
        host.Before = context =>
        {
            context.Response.StatusCode = 500;
            return Task.FromResult(true);
        };
        (await Should.ThrowAsync<ObjectStoreException>(async () => await Store.PutAsync("a", Bytes("x"), Stop))).MayPass.ShouldBeTrue();
        host.Before = null;
        using var stranger = new S3ObjectStore(Options(host) with { SecretKey = "guessed" });
        var refused = await Should.ThrowAsync<ObjectStoreException>(async () => await stranger.PutAsync("a", Bytes("x"), Stop));
        refused.MayPass.ShouldBeFalse();
        refused.Message.ShouldContain("SignatureDoesNotMatch");
        refused.ToString().ShouldNotContain("guessed");
        host.Refusals.ShouldBe(1);
        host.Refusals = 0;
    }

    [Fact]
    public async Task A_store_without_conditional_writes_looks_before_it_writes()
    {
        using var plain = new S3ObjectStore(Options(host) with { ConditionalWrites = false });
        (await plain.PutIfAbsentAsync("a", Bytes("1"), Stop)).ShouldBeTrue();
        (await plain.PutIfAbsentAsync("a", Bytes("2"), Stop)).ShouldBeFalse();
        Text(await plain.ReadAllAsync("a", 10, Stop)).ShouldBe("1");
    }

    [Fact]
    public void Wrong_options_are_all_named_at_once()
    {
        var error = Should.Throw<ArgumentException>(() => new S3ObjectStore(new S3Options { Endpoint = new Uri("ftp://x"), Bucket = "b" }));
        error.Message.ShouldContain("endpoint");
        error.Message.ShouldContain("region");
        error.Message.ShouldContain("bucket");
        error.Message.ShouldContain("accessKey");
    }
}
