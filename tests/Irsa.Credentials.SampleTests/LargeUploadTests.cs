using System.Net;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.SampleTests;

public sealed class LargeUploadTests
{
    private const long Size = 1_000_000_000;
    private const long MemoryLimit = 300_000_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gigabyte_goes_there_and_back_in_less_than_300_MB_of_memory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak of a process's memory is read from /proc.");
        var folder = Directory.CreateTempSubdirectory("objects-");
        await using var aws = await LocalAws.StartAsync(
            options =>
            {
                options.Buckets.Add("bucket");
                options.ObjectFolder = folder.FullName;
            },
            Cancel);
        var (sample, http) = await SampleProcess.StartAsync(SampleProcess.VariablesOf(aws));
        await using var ends = sample;
        using var closes = http;
        try
        {
            http.Timeout = TimeSpan.FromMinutes(5);
            using var stored = await http.PutAsync("/objects/large", new Generated(), Cancel);
            Assert.True(stored.StatusCode == HttpStatusCode.Created, await stored.Content.ReadAsStringAsync(Cancel));
            var afterUpload = sample.PeakMemoryBytes;

            await using var back = await http.GetStreamAsync("/objects/large", Cancel);
            var buffer = new byte[1_000_000];
            for (var block = 0; block < Size / buffer.Length; block++)
            {
                await back.ReadExactlyAsync(buffer, Cancel);
                Assert.Equal(Generated.Block(block), buffer);
            }

            Assert.Equal(0, await back.ReadAsync(buffer, Cancel));
            TestContext.Current.TestOutputHelper!.WriteLine($"Peak memory: {afterUpload / 1_000_000} MB after the upload, {sample.PeakMemoryBytes / 1_000_000} MB after the download");
            Assert.InRange(sample.PeakMemoryBytes, 1, MemoryLimit);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A gigabyte that is nowhere in memory, each megabyte of it different.</summary>
    private sealed class Generated : HttpContent
    {
        public static byte[] Block(int number)
        {
            var block = new byte[1_000_000];
            new Random(number).NextBytes(block);
            return block;
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var block = 0; block < Size / 1_000_000; block++)
            {
                await stream.WriteAsync(Block(block), Cancel);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Size;
            return true;
        }
    }
}
