using System.Collections.Concurrent;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

public sealed class TokenDirectoryTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_link_is_replaced_in_one_step_so_that_a_reader_never_misses_the_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only inotify tells every step, in order");
        await using var aws = await StartAsync();
        var folder = Path.GetDirectoryName(aws.Tokens.Path)!;
        var steps = new ConcurrentQueue<string>();
        var seenAll = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(folder);
        watcher.Created += (_, step) => Note(step.Name);
        watcher.Deleted += (_, step) => Note("deleted " + step.Name);
        watcher.Renamed += (_, step) => Note($"{step.OldName} became {step.Name}");
        watcher.EnableRaisingEvents = true;

        aws.Tokens.Write("first");
        aws.Tokens.Write("second");
        await File.WriteAllTextAsync(Path.Combine(folder, "end"), string.Empty, Cancel);
        await seenAll.Task.WaitAsync(Cancel);

        Assert.Equal(2, steps.Count(static step => step == "..data_tmp became ..data"));
        Assert.DoesNotContain("deleted ..data", steps);
        Assert.DoesNotContain("..data", steps);
        Assert.DoesNotContain("deleted token", steps);
        Assert.Equal("second", await File.ReadAllTextAsync(aws.Tokens.Path, Cancel));

        void Note(string? step)
        {
            steps.Enqueue(step!);
            if (step == "end")
            {
                seenAll.SetResult();
            }
        }
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead)]
    public async Task The_file_has_the_mode_that_was_asked_for(UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        await using var aws = await LocalAws.StartAsync(options => options.TokenFileMode = mode, Cancel);

        Assert.Equal(mode, ModeOf(aws.Tokens.Path));
        aws.Tokens.Rotate();
        Assert.Equal(mode, ModeOf(aws.Tokens.Path));
    }

    [Fact]
    public async Task Any_content_can_be_written_and_the_file_removed_and_brought_back()
    {
        await using var aws = await StartAsync();

        aws.Tokens.Write("not a token\n");
        Assert.Equal("not a token\n", await File.ReadAllTextAsync(aws.Tokens.Path, Cancel));
        aws.Tokens.Remove();
        Assert.False(File.Exists(aws.Tokens.Path));
        aws.Tokens.Rotate();
        Assert.Equal(3, (await File.ReadAllTextAsync(aws.Tokens.Path, Cancel)).Split('.').Length);
    }

    [Fact]
    public async Task The_token_is_replaced_at_the_interval_that_was_set()
    {
        await using var aws = await StartAsync(static options => options.TokenRotation = TimeSpan.FromMinutes(10));
        var first = await File.ReadAllTextAsync(aws.Tokens.Path, Cancel);

        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(first, await File.ReadAllTextAsync(aws.Tokens.Path, Cancel));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(first, await File.ReadAllTextAsync(aws.Tokens.Path, Cancel));
    }

    [Fact]
    public async Task Nothing_is_written_after_disposal()
    {
        var aws = await StartAsync();
        var folder = Path.GetDirectoryName(aws.Tokens.Path)!;

        await aws.DisposeAsync();
        _time.Advance(TimeSpan.FromDays(2));

        Assert.False(Directory.Exists(folder));
        Assert.Throws<ObjectDisposedException>(aws.Tokens.Rotate);
        Assert.False(Directory.Exists(folder));
        await aws.DisposeAsync();
    }

    private static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows()
        ? UnixFileMode.None
        : File.GetUnixFileMode(File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName);

    private Task<LocalAws> StartAsync(Action<LocalAwsOptions>? configure = null) => LocalAws.StartAsync(
        options =>
        {
            options.TimeProvider = _time;
            configure?.Invoke(options);
        },
        Cancel);
}
