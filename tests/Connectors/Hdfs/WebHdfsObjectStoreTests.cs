using Orrery.Connectors.Hdfs;
using Orrery.Connectors.Landing;
using Orrery.Connectors.ObjectStores;
using Orrery.Connectors.Tests.Landing;
using Orrery.Connectors.Tests.ObjectStores;
using Orrery.Tests.Servers;

namespace Orrery.Connectors.Tests.Hdfs;

public sealed class WebHdfsObjectStoreTests : ObjectStoreCompliance
{
    WebHdfsHost host = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public override async ValueTask InitializeAsync()
    {
        host = await WebHdfsHost.Start();
        Store = new WebHdfsObjectStore(Options(), TimeProvider.System);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await host.DisposeAsync();
    }

    WebHdfsOptions Options() => new() { Address = host.Url, Directory = "/lake/site 1", User = WebHdfsHost.User };

    [Fact]
    public async Task Bytes_are_appended()
    {
        var hdfs = (WebHdfsObjectStore)Store;
        await hdfs.PutAsync("a/b", Bytes("one"), Stop);
        await hdfs.AppendAsync("a/b", new MemoryStream(Bytes(" two")), Stop);
        Text(await hdfs.ReadAllAsync("a/b", 100, Stop)).ShouldBe("one two");
        await Should.ThrowAsync<ObjectMissingException>(async () => await hdfs.AppendAsync("a/c", new MemoryStream(Bytes("x")), Stop));
    }

    [Fact]
    public async Task A_refusal_says_what_the_name_node_said_and_an_outage_may_pass()
    {
        using var stranger = new WebHdfsObjectStore(Options() with { User = "nobody" }, TimeProvider.System);
        var refused = await Should.ThrowAsync<ObjectStoreException>(async () => await stranger.FindAsync("a", Stop));
        refused.Message.ShouldContain("AuthenticationException: no user");
        refused.MayPass.ShouldBeFalse();
        host.Before = context =>
        {
            context.Abort();
            return Task.FromResult(true);
        };
        (await Should.ThrowAsync<ObjectStoreException>(async () => await Store.PutAsync("a", Bytes("x"), Stop))).MayPass.ShouldBeTrue();
    }

    [Fact]
    public async Task A_topic_lands_in_HDFS_and_comes_back()
    {
        List<LandingRecord> records = Landings.Make(31, 500);
        using FileLander lander = await FileLander.OpenAsync(Store, new LandingOptions { Topic = "orders" }, Landings.Hash, TimeProvider.System, 1, 0, Stop);
        await lander.LandAsync(records.Take(200), Stop);
        await lander.LandAsync(records.Skip(200), Stop);
        (await new ManifestReader(Store, "orders", 0, Landings.Hash).AllAsync(Stop)).ShouldBeExactly(records);
        (await Store.NamesAsync("orders/_pending", Stop)).ShouldBeEmpty();
    }

    [Fact]
    public void Wrong_options_are_all_named_at_once()
    {
        var error = Should.Throw<ArgumentException>(() => new WebHdfsObjectStore(new WebHdfsOptions { Directory = "lake/.." }, TimeProvider.System));
        error.Message.ShouldContain("address");
        error.Message.ShouldContain("directory");
    }
}
