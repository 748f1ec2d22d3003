using Microsoft.Extensions.DependencyInjection;
using Orrery.Runtime.Storage;
using Orrery.Storage.Hosting;
using Orrery.Storage.Tests.Sqlite;
using Orrery.Tests.Servers;

namespace Orrery.Storage.Tests.Shared;

/// <summary>A Redis that does not keep what it acknowledges is not taken.</summary>
public sealed class RedisSettingsTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--appendfsync everysec", "appendfsync is 'everysec': set it to 'always'")]
    [InlineData("--appendonly no", "appendonly is 'no': set it to 'yes'")]
    [InlineData("--maxmemory-policy allkeys-lru", "maxmemory-policy is 'allkeys-lru': set it to 'noeviction'")]
    [InlineData("--appendfsync no --appendonly no --maxmemory-policy volatile-ttl", "appendonly is 'no'|appendfsync is 'no'|maxmemory-policy is 'volatile-ttl'")]
    [InlineData("--replicaof 127.0.0.1 1", "it is a slave: connect to the master")]
    [InlineData("--cluster-enabled yes", "part of a Redis Cluster")]
    [InlineData("--rename-command CONFIG hidden", "it refuses CONFIG GET appendfsync")]
    public async Task A_server_that_keeps_less_is_refused_with_what_to_set(string settings, string expected)
    {
        await using var server = await StartAsync(settings.Split(' '));
        await using var store = new SharedStore(ConnectionTo(server));
        var message = (await Should.ThrowAsync<ClusterStoreException>(() => store.Cluster.OpenAsync(Cancellation))).Message;
        foreach (var part in expected.Split('|')) message.ShouldContain(part);
        await Should.ThrowAsync<ClusterStoreException>(() => store.States.ClaimAsync("a", 1));
    }

    [Fact]
    public async Task A_wrong_password_is_said_and_not_shown()
    {
        await using var server = await StartAsync("--requirepass", "right");
        await using var store = new SharedStore(StorageConnection.Parse($"redis://:wr0ng@127.0.0.1:{server.Port}/0"));
        var error = await Should.ThrowAsync<ClusterStoreException>(() => store.Cluster.OpenAsync(Cancellation));
        error.Message.ShouldContain("password");
        error.Message.ShouldNotContain("wr0ng");
        await using var other = new SharedStore(StorageConnection.Parse($"redis://:right@127.0.0.1:{server.Port}/0"));
        (await other.Cluster.OpenAsync(Cancellation)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_server_that_lost_its_data_is_noticed_by_every_call_and_nothing_is_written_into_it()
    {
        await using var server = await StartAsync();
        await using var store = new SharedStore(ConnectionTo(server));
        var identity = await store.Cluster.OpenAsync(Cancellation);
        await store.States.ClaimAsync("a", 1);
        await server.Kill();
        server.LoseData();
        await server.StartAgain();

        (await store.Cluster.ReadAsync(-1, Cancellation)).Cluster.ShouldNotBe(identity);
        (await Should.ThrowAsync<ClusterStoreException>(() => store.States.WriteAsync("a", 1, 0, [1]))).Message.ShouldContain("lost its data");
        await Should.ThrowAsync<ClusterStoreException>(() => store.Cluster.FreeShardsAsync(new("a", 1), [new(1, null, 1)], Cancellation));
        await Should.ThrowAsync<ClusterStoreException>(() => store.Reminders.RemoveAsync(new("a", "b", "c"), 1, Cancellation));
        await Should.ThrowAsync<ClusterStoreException>(async () => await store.Chunks.DeleteBeforeAsync("a", Storage.Chunks.ChunkKind.Raw, 1, Cancellation));

        await using var next = new SharedStore(ConnectionTo(server));
        var other = await next.Cluster.OpenAsync(Cancellation);
        other.ShouldNotBe(identity);
        (await Should.ThrowAsync<ClusterStoreException>(() => store.States.ClaimAsync("a", 1))).Message.ShouldContain("another one");
        (await store.Cluster.ReadAsync(-1, Cancellation)).Cluster.ShouldBe(other);
    }

    [Fact]
    public async Task A_layout_of_a_newer_version_is_refused()
    {
        await using var server = await StartAsync();
        await ServerProcess.Run("redis-cli", "-p", server.Port.ToString(), "SET", "orrery:schema", "2");
        await using var store = new SharedStore(ConnectionTo(server));
        (await Should.ThrowAsync<ClusterStoreException>(() => store.Cluster.OpenAsync(Cancellation))).Message.ShouldContain("newer version");
    }

    static StorageConnection ConnectionTo(RedisServer server) => StorageConnection.Parse($"redis://127.0.0.1:{server.Port}/0");

    static Task<RedisServer> StartAsync(params string[] settings)
    {
        if (RedisServer.Missing is { } missing) Assert.Skip(missing);
        return RedisServer.Start(settings);
    }
}
